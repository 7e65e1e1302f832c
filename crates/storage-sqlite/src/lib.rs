//! campanile-storage-sqlite
