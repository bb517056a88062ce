//! The JSON Schema of a case file, from the types that read it.

use std::collections::BTreeMap;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::budget::Measure;
use super::document::{Firmware, Machine, SnapshotPart};
use super::expect::Allow;
use super::library::{Corrupt, LibraryForm, LoadForm};
use super::memory_map::MemoryMap;
use super::plant::Plant;
use super::register::Register;
use super::step::{
    Account, Boot, Codegen, Cores, Exit, Fault, Flood, Host, Ipc, Log, Notification, Ring, TestStep,
};
use super::stream::{ExpectForm, StreamStepForm, StreamsForm};
use super::time::VirtualTime;
use crate::coverage::Covered;

/// A test case of the acelab firmware lab. Any scalar may use `${name}` of the matrix.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "acelab case")]
#[expect(
    dead_code,
    reason = "only its schema is used; the fields are read one by one in load.rs"
)]
struct Document {
    /// One sentence that says what holds when the case passes.
    summary: String,
    /// Words to select the case by.
    tags: Option<Vec<String>>,
    /// The scenarios and bugs that the case shows to be handled; `lab list --coverage` has them all.
    covers: Option<Vec<Covered>>,
    /// The machine; one core unless given.
    machine: Option<Placeholder<Machine>>,
    /// The build of the firmware; production unless given.
    firmware: Option<Placeholder<Firmware>>,
    /// Parameters and their values; the case runs once for each combination.
    matrix: Option<BTreeMap<String, Vec<Value>>>,
    /// How many of the combinations run every time, chosen by the seed; the others run
    /// with those that are tagged `exhaustive`.
    sample: Option<usize>,
    /// Seed of everything random in the case.
    seed: Option<Placeholder<u64>>,
    /// Virtual time after which the case is given up; 10 s unless given.
    timeout: Option<VirtualTime>,
    /// A fault that the debug firmware is made to have: the case passes when it is found.
    plant: Option<Plant>,
    /// What the run may contain although the lab forbids it by default.
    allow: Option<Allow>,
    /// Texts that no log line may contain.
    forbid: Option<Vec<String>>,
    /// What the reviewed snapshot shows; messages and log unless given.
    snapshot: Option<Vec<SnapshotPart>>,
    /// Loadable libraries by their ids, 1 to 15.
    libraries: Option<BTreeMap<String, LibraryForm>>,
    /// Streams, by name.
    streams: Option<StreamsForm>,
    /// What must be so when the run has ended.
    expect: Option<ExpectForm>,
    /// What happens.
    steps: Vec<StepForm>,
}

/// A value, or a place where the matrix puts one.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Placeholder<T> {
    Value(T),
    Parameter(#[schemars(regex(pattern = PARAMETER))] String),
}

/// One step.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum StepForm {
    Bare(BareStep),
    Ipc(Ipc),
    Ring(Ring),
    Test(TestStep),
    Single(SingleStep),
}

/// A step without fields.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum BareStep {
    Boot,
    PowerOff,
    Exit,
}

/// A step that is one key.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum SingleStep {
    /// Load the firmware and wait for FW_READY.
    Boot(Boot),
    /// Let virtual time pass.
    Run(VirtualTime),
    /// Power cores up, then others down.
    Cores(Cores),
    /// Do some steps several times.
    Repeat(RepeatForm),
    /// Wait for a notification.
    Notification(Notification),
    /// Wait for a log line.
    Log(Log),
    /// Change how the host behaves from here on.
    Host(Host),
    /// Send random requests.
    Flood(Flood),
    /// Compare code generated for the DSP with the host's.
    Codegen(Codegen),
    /// Wait for the guest to end the run.
    Exit(Exit),
    /// Wait for the report on a user thread that was stopped.
    Fault(Fault),
    /// Look at what the kernel holds.
    Account(Account),
    /// Look at what is mapped in every domain.
    MemoryMap(MemoryMap),
    /// Let virtual time pass, and count what each core does in each tick.
    Measure(Measure),
    /// Look at a firmware register.
    Register(Register),
    /// Load a library, by its number among `libraries`.
    Load(LoadForm),
    /// Change a bit of the store of libraries, while the DSP has no power.
    Corrupt(Corrupt),
    /// Make the pipelines, components and bindings of streams.
    Setup(StreamStepForm),
    /// Streams begin; what is not set up is set up first.
    Start(StreamStepForm),
    /// Streams stand.
    Pause(StreamStepForm),
    /// Streams go on after `pause`.
    Resume(StreamStepForm),
    /// Streams end; what `start` has set up is taken down.
    Stop(StreamStepForm),
    /// Delete the pipelines of streams.
    Teardown(StreamStepForm),
    /// The host no longer feeds or drains streams.
    Starve(StreamStepForm),
    /// The host feeds or drains streams again.
    Feed(StreamStepForm),
}

/// Steps done several times.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct RepeatForm {
    /// How often.
    times: Placeholder<u32>,
    /// What.
    steps: Vec<StepForm>,
}

/// The schema as a JSON document, ending in a line break.
///
/// Every place that takes a number or a list also takes `${name}`: editors
/// check a file before the matrix is applied.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Document>().to_value();
    admit_parameters(&mut schema);
    let parameter =
        json!({ "type": "string", "pattern": PARAMETER, "description": "A value of the matrix." });
    if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
        definitions.insert("Parameter".to_owned(), parameter);
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// A place where the matrix puts a value.
const PARAMETER: &str = r"\$\{[A-Za-z0-9_]+\}";

/// Lets each number, flag, list and choice of words be a `${name}` as well.
fn admit_parameters(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(admit_parameters),
        Value::Object(object) => {
            object.values_mut().for_each(admit_parameters);
            if is_constrained(object) {
                let original = Value::Object(std::mem::take(object));
                let parameter = json!({ "$ref": "#/$defs/Parameter" });
                object.insert("anyOf".to_owned(), Value::Array(vec![original, parameter]));
            }
        }
        _ => {}
    }
}

/// Whether a text with `${name}` would not be accepted, although what it stands for could be.
fn is_constrained(schema: &Map<String, Value>) -> bool {
    let of_type = schema.get("type").and_then(Value::as_str);
    let is_word = |choice: &Value| choice.get("const").is_some();
    let choices = schema.get("oneOf").and_then(Value::as_array);
    of_type.is_some_and(|kind| ["integer", "boolean", "array"].contains(&kind))
        || schema.contains_key("enum")
        || choices.is_some_and(|choices| choices.iter().all(is_word))
}
