//! campanile-telemetry
