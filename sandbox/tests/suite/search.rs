//! Searches for messages and threads.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Office;

fn contents(found: &Value) -> Vec<&str> {
    found["messages"].as_array().unwrap().iter().map(|one| one[0]["content"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_are_found_by_words_and_authors_where_one_may_look() {
    let office = Office::validated().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    an.say(&general, "the plan is late").await;
    bot.say(&general, "the Plan is here").await;
    bot.say(&office.channel("secret"), "the secret plan").await;
    let path = format!("/guilds/{}/messages/search", office.guild());
    let all = bot.get(&format!("{path}?content=plan%20the")).await;
    assert_eq!(contents(&all), ["the secret plan", "the Plan is here", "the plan is late"]);
    assert_eq!((&all["total_results"], &all["messages"][0][0]["hit"]), (&json!(3), &json!(true)));
    let of = format!("{path}?content=plan&author_id={}&author_id=1&sort_order=asc", office.id_of("An"));
    assert_eq!(contents(&bot.get(&of).await), ["the plan is late"]);
    assert_eq!(contents(&bot.get(&format!("{path}?limit=1&offset=1")).await), ["the Plan is here"]);
    let outsider = office.person("Outsider").get(&format!("{path}?content=secret")).await;
    assert_eq!(outsider["total_results"], 0);
    assert_eq!(bot.refused(Method::GET, &format!("{path}?limit=26"), None).await, (400, 50035));
    assert_eq!(bot.refused(Method::GET, &format!("{path}?offset=9976"), None).await, (400, 50035));
}

#[tokio::test]
async fn threads_are_found_by_name() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let path = format!("/channels/{general}/threads");
    let mut ids = Vec::new();
    for name in ["[NV-1] report", "[NV-2] report", "talk"] {
        let thread = bot.post(&path, json!({"name": name, "type": 12})).await;
        ids.push(thread["id"].as_str().unwrap().to_owned());
    }
    bot.ok(Method::PATCH, &format!("/channels/{}", ids[0]), Some(json!({"archived": true}))).await;
    let found = async |query: &str| -> Vec<String> {
        let page = bot.get(&format!("{path}/search?{query}")).await;
        let threads = page["threads"].as_array().unwrap();
        threads.iter().map(|thread| thread["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("name=report").await, ["[NV-2] report", "[NV-1] report"]);
    assert_eq!(found("name=report&archived=true").await, ["[NV-1] report"]);
    assert_eq!(found(&format!("min_id={}", ids[1])).await, ["talk"]);
    let strangers = office.person("Outsider").get(&format!("{path}/search?name=report")).await;
    assert_eq!(strangers["total_results"], 0, "private threads stay private");
}
