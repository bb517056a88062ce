//! The audio engine of one core: graph, pipelines, scheduling, gateways.

#![cfg_attr(not(test), no_std)]
