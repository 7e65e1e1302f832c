//! campanile-delivery
