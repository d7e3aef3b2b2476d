//! The scenario: what the people of the demo do, and when, as `scenario.toml` tells it.

use super::people::{self, Person};
use super::time;
use super::world::Cast;
use crate::service::Office;
use anyhow::{Context, bail, ensure};
use chrono::{DateTime, NaiveDateTime, Utc};
use discord_sandbox::Sandbox;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, HashMap};

/// Where commands are typed when nothing else is said.
const COMMON_ROOM: &str = "phong-hop-chung";

/// All of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    #[serde(deserialize_with = "moment")]
    end: NaiveDateTime,
    cast: Vec<Cast>,
    #[serde(rename = "step")]
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(deserialize_with = "moment")]
    at: NaiveDateTime,
    who: String,
    /// A slash command.
    #[serde(rename = "type")]
    line: Option<String>,
    say: Option<String>,
    edit: Option<String>,
    to: Option<String>,
    delete: Option<String>,
    press: Option<String>,
    /// What is written into the form that a button opens, by the name of the field.
    #[serde(default)]
    fill: BTreeMap<String, String>,
    #[serde(rename = "in")]
    place: Option<String>,
    #[serde(rename = "as")]
    label: Option<String>,
    #[serde(default)]
    refused: bool,
}

fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDateTime, D::Error> {
    let text = String::deserialize(from)?;
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").map_err(serde::de::Error::custom)
}

/// A message that a step gave a name.
type Labels = HashMap<String, (u64, u64)>;

impl Scenario {
    pub(super) fn built_in() -> anyhow::Result<Self> {
        let scenario: Self = toml::from_str(include_str!("scenario.toml")).context("scenario.toml")?;
        ensure!(
            scenario.steps.is_sorted_by_key(|step| step.at),
            "the steps of scenario.toml are not in order"
        );
        Ok(scenario)
    }

    /// The morning of the first step, office time.
    pub(super) fn start(&self) -> NaiveDateTime {
        let first = self.steps.first().map_or(self.end, |step| step.at);
        first.date().and_hms_opt(8, 0, 0).unwrap_or(first)
    }

    pub(super) fn cast(&self) -> &[Cast] {
        &self.cast
    }

    /// Plays all steps, stopping the clock at each timer in between, as the days would.
    pub(super) async fn play(&self, sandbox: &Sandbox, office: &Office) -> anyhow::Result<()> {
        let people = people::Office::at(sandbox.base_url());
        time::connected(&people).await?;
        let mut labels = Labels::new();
        let mut heard = Heard::default();
        for step in &self.steps {
            time::pass_until(sandbox, office, utc(office, step.at), |_| heard.tell(sandbox, office)).await?;
            let what =
                step.play(&people, &mut labels).await.with_context(|| format!("{} {}", step.at, step.who))?;
            println!("{}  {}: {what}", step.at.format("%d/%m/%Y %H:%M"), step.who);
            time::rest(office).await?;
            heard.skip(sandbox);
        }
        time::pass_until(sandbox, office, utc(office, self.end), |_| heard.tell(sandbox, office)).await
    }
}

/// How far the bot's messages have been told.
#[derive(Default)]
struct Heard(u64);

impl Heard {
    /// Tells the first line of whatever the bot has posted by itself.
    fn tell(&mut self, sandbox: &Sandbox, office: &Office) {
        for call in sandbox.requests().into_iter().filter(|call| call.call.number > self.0) {
            let said = call.call.body["embeds"][0]["description"].as_str().unwrap_or_default();
            if call.call.method == "POST" && call.call.route.ends_with("/messages") && !said.is_empty() {
                let at = office.calendar.local(call.call.at).format("%d/%m/%Y %H:%M");
                println!("{at}  Liaison: {}", said.lines().next().unwrap_or_default());
            }
        }
        self.skip(sandbox);
    }

    /// Leaves out what belongs to a step that was told already.
    fn skip(&mut self, sandbox: &Sandbox) {
        self.0 = sandbox.requests().last().map_or(self.0, |call| call.call.number);
    }
}

fn utc(office: &Office, at: NaiveDateTime) -> DateTime<Utc> {
    office.calendar.at(at.date(), at.time())
}

impl Step {
    async fn play(&self, people: &people::Office, labels: &mut Labels) -> anyhow::Result<String> {
        let person = people.person(&self.who).await?;
        let place = self.place.as_deref().unwrap_or(COMMON_ROOM);
        let channel = people
            .channel(place)
            .await?
            .with_context(|| format!("there is no channel or thread {place:?} yet"))?;
        if let Some(line) = &self.line {
            let answer = person.types(channel, line).await?;
            let text = answer.text();
            ensure!(answer.status != "failed", "the bot did not answer {line}");
            let looks_refused = answer.message["embeds"][0]["color"] == REFUSED_COLOR;
            ensure!(looks_refused == self.refused, "{line} was answered: {text}");
            return Ok(format!("{line}\n                    → {}", text.lines().next().unwrap_or_default()));
        }
        if let Some(text) = &self.say {
            let message = person.says(channel, text).await?;
            if let Some(label) = &self.label {
                labels.insert(label.clone(), (channel, message));
            }
            return Ok(format!("“{text}”"));
        }
        let named = |label: &String| {
            labels.get(label).copied().with_context(|| format!("no message called {label:?}"))
        };
        if let (Some(label), Some(text)) = (&self.edit, &self.to) {
            let (channel, message) = named(label)?;
            person.edits(channel, message, text).await?;
            return Ok(format!("edits: “{text}”"));
        }
        if let Some(label) = &self.delete {
            let (channel, message) = named(label)?;
            person.deletes(channel, message).await?;
            return Ok("deletes a message".to_owned());
        }
        if let Some(label) = &self.press {
            return self.press(people, &person, channel, label).await;
        }
        bail!("the step says nothing to do")
    }

    /// Presses a button of the newest message that has it: in the channel itself, or above the thread.
    async fn press(
        &self,
        people: &people::Office,
        person: &Person,
        channel: u64,
        label: &str,
    ) -> anyhow::Result<String> {
        let state = people.state().await?;
        let own = channel.to_string();
        let thread = state["threads"].as_array().into_iter().flatten().find(|one| one["id"] == own.as_str());
        let parent = thread.and_then(|thread| thread["parent_id"].as_str()).and_then(|id| id.parse().ok());
        let card = |message: &serde_json::Value| {
            parent.is_none() || message["id"] == own.as_str() || message["thread"]["id"] == own.as_str()
        };
        for place in [Some(channel), parent].into_iter().flatten() {
            let messages = person.sees(place).await?;
            let has = |message: &&serde_json::Value| people::read(message).contains(&format!("[{label}]"));
            let found = messages.iter().rev().filter(has).find(|message| place == channel || card(message));
            if let Some(message) = found {
                let mut answer = person.presses(place, message, label).await?;
                if !self.fill.is_empty() {
                    let fields: Vec<(&str, &str)> =
                        self.fill.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
                    answer = person.fills(place, &answer.form, &fields).await?;
                }
                let text = answer.text();
                let refused = answer.message["embeds"][0]["color"] == REFUSED_COLOR;
                ensure!(answer.status != "failed" && !refused, "the button was answered: {text}");
                return Ok(format!("[{label}] → {}", text.lines().next().unwrap_or_default()));
            }
        }
        bail!("no message with the button {label:?}")
    }
}

/// The colour of a refusal, by which the scenario knows one.
const REFUSED_COLOR: u32 = 0xBF_87_00;
