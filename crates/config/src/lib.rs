//! campanile-config
