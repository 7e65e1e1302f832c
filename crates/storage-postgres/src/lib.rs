//! campanile-storage-postgres
