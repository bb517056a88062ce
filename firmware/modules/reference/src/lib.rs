//! Slow and obvious implementations that the modules are compared with.
