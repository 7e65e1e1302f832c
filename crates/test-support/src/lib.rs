//! campanile-test-support
