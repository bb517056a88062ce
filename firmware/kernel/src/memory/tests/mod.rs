//! Tests of the whole against simple models.
