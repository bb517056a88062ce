//! Test signals, and what can be measured on a recording.
