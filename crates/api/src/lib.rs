//! campanile-api
