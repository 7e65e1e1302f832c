//! What every back end must pass.
