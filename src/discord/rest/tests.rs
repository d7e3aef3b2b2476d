//! The client against a server that misbehaves on purpose; one file, since all of it speaks to the same server.

use super::*;
use crate::domain::ids::{ChannelId, MessageId, UserId};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = "MTk4NjIy.secret-of-the-bot";
const CHANNEL: ChannelId = ChannelId(42);

/// What the server does with the next request.
#[derive(Clone)]
enum Next {
    /// Status, further headers, body.
    Answer(u16, &'static str, &'static str),
    /// The same, after a while.
    Slow(Duration, &'static str),
    /// Closes the connection without reading the request.
    ResetBefore,
    /// Reads the request, acts on it for all we know, and closes the connection.
    ResetAfter,
    /// Promises a longer body than it sends.
    CutShort,
    /// Reads the request and never answers.
    Hang,
}
use Next::*;

/// A request as the server saw it.
#[derive(Clone, Debug)]
struct Seen {
    at: Instant,
    head: String,
    body: Value,
}

struct Server {
    rest: Rest,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers the requests in the order of their coming.
    async fn that(answers: impl IntoIterator<Item = Next>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(VecDeque::from_iter(answers)));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answers.clone(), log.clone()));
            }
        });
        Self { rest: Rest::new(&base, &TOKEN.into()).unwrap(), seen }
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    async fn say(&self, content: &str) -> Outcome {
        self.rest.create_message(CHANNEL, json!({ "content": content }), None).await
    }
}

/// One request per connection.
async fn serve(mut stream: TcpStream, answers: Arc<Mutex<VecDeque<Next>>>, log: Arc<Mutex<Vec<Seen>>>) {
    if matches!(answers.lock().unwrap().front(), Some(ResetBefore)) {
        answers.lock().unwrap().pop_front();
        return;
    }
    let mut request = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        if body.len() >= length.parse().unwrap() {
            break (head.to_owned(), serde_json::from_str(body).unwrap_or_default());
        }
    };
    log.lock().unwrap().push(Seen { at: Instant::now(), head, body });
    let next = answers.lock().unwrap().pop_front().expect("a request that nobody foresaw");
    let (status, headers, body, length) = match next {
        Answer(status, headers, body) => (status, headers, body, body.len()),
        Slow(time, body) => {
            tokio::time::sleep(time).await;
            (200, "", body, body.len())
        }
        CutShort => (200, "", "{", 100),
        ResetBefore | ResetAfter => return,
        Hang => return std::future::pending().await,
    };
    let answer = format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Failure::Unknown(_)))
}

const OK: Next = Answer(200, "", r#"{"id":"7"}"#);
const BUCKET: &str = "x-ratelimit-bucket: b\r\n";

#[tokio::test]
async fn a_429_is_waited_for_with_and_without_a_code() {
    for limited in [
        Answer(429, BUCKET, r#"{"message":"slow","retry_after":0.2,"global":false}"#),
        Answer(429, BUCKET, r#"{"message":"slow","retry_after":0.2,"global":false,"code":20028}"#),
        Answer(429, "retry-after: 0.2\r\nx-ratelimit-bucket: b\r\n", ""),
        Answer(429, "x-ratelimit-scope: shared\r\n", r#"{"retry_after":0.2}"#),
        Answer(429, "x-ratelimit-global: true\r\n", r#"{"retry_after":0.2,"global":true}"#),
    ] {
        let server = Server::that([limited, OK]).await;
        assert_eq!(server.say("x").await, Ok(json!({ "id": "7" })));
        let seen = server.seen();
        assert!(seen[1].at - seen[0].at >= ms(190), "waited {:?}", seen[1].at - seen[0].at);
    }
}

#[tokio::test]
async fn a_429_beyond_the_callers_patience_says_when_to_come_back() {
    let server = Server::that([Answer(429, BUCKET, r#"{"retry_after":30.5}"#)]).await;
    let started = Instant::now();
    let Err(Failure::Later { after, .. }) = server.say("x").await else { panic!("not later") };
    assert!(after > ms(29_000) && after <= ms(30_500), "{after:?}");
    // The bucket is known to be closed: the second call is not even sent.
    assert!(matches!(server.say("y").await, Err(Failure::Later { .. })));
    assert_eq!(server.seen().len(), 1);
    assert!(started.elapsed() < ms(5_000));
}

#[tokio::test]
async fn a_global_429_holds_other_routes_and_not_the_replies() {
    let answers = [Answer(429, "", r#"{"retry_after":0.4,"global":true}"#), OK, OK, OK];
    let server = Server::that(answers).await;
    let started = Instant::now();
    let (said, (), reply) = tokio::join!(
        server.say("x"),
        async {
            while server.seen().is_empty() {
                tokio::time::sleep(ms(2)).await;
            }
            tokio::time::sleep(ms(50)).await;
            server.rest.get_channel(ChannelId(9)).await.unwrap();
        },
        async {
            tokio::time::sleep(ms(100)).await;
            server.rest.edit_original_reply(1, "t", json!({})).await
        }
    );
    assert!(said.is_ok() && reply.is_ok());
    let seen = server.seen();
    assert!(seen[1].head.starts_with("PATCH /api/v10/webhooks/1/t/messages/@original"), "{}", seen[1].head);
    assert!(seen[2].at - seen[0].at >= ms(390) && seen[3].at - seen[0].at >= ms(390));
    assert!(started.elapsed() >= ms(390));
}

#[tokio::test]
async fn what_may_have_been_done_is_unknown_and_never_sent_again() {
    for answer in [
        Answer(500, "", r#"{"message":"500: Internal Server Error","code":0}"#),
        Answer(502, "content-type: text/html\r\n", "<html>502 Bad Gateway</html>"),
        Answer(200, "", "<html>fine</html>"),
        ResetBefore,
        ResetAfter,
        CutShort,
    ] {
        let server = Server::that([answer, OK]).await;
        let outcome = server.say("x").await;
        assert!(is_unknown(&outcome), "{outcome:?}");
        assert!(server.seen().len() <= 1);
        assert!(server.say("y").await.is_ok(), "the next call is not held by the lost one");
    }
}

#[tokio::test]
async fn a_hanging_answer_is_unknown_at_the_deadline() {
    let server = Server::that([Hang]).await;
    let started = Instant::now();
    let outcome = server.rest.within(ms(200), ms(300)).create_message(CHANNEL, json!({}), None).await;
    assert!(is_unknown(&outcome), "{outcome:?}");
    assert!(started.elapsed() >= ms(290) && started.elapsed() < ms(3_000), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_refused_connection_has_changed_nothing() {
    let rest = Rest::new("http://127.0.0.1:1", &TOKEN.into()).unwrap();
    let outcome = rest.gateway().await;
    assert!(matches!(outcome, Err(Failure::Later { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_carries_discords_code_and_reasons() {
    let form = r#"{"code":50035,"message":"Invalid Form Body","errors":{"content":{"_errors":[]}}}"#;
    let server = Server::that([
        Answer(403, "", r#"{"message":"Missing Permissions","code":50013}"#),
        Answer(404, "", r#"{"message":"Unknown Channel","code":10003}"#),
        Answer(400, "", form),
        Answer(403, "", "<html>banned</html>"),
        Answer(302, "location: http://127.0.0.1:1/\r\n", ""),
    ])
    .await;
    assert_eq!(server.say("x").await.unwrap_err().code(), Some(codes::MISSING_PERMISSIONS));
    assert_eq!(server.say("x").await.unwrap_err().code(), Some(codes::UNKNOWN_CHANNEL));
    let Failure::Rejected { status: 400, code: Some(codes::INVALID_FORM), message } =
        server.say("x").await.unwrap_err()
    else {
        panic!("not refused")
    };
    assert!(message.contains(r#""content""#), "{message}");
    let refused = |status| Err(Failure::Rejected { status, code: None, message: String::new() });
    assert_eq!(server.say("x").await, refused(403));
    assert_eq!(server.say("x").await, refused(302));
}

#[tokio::test]
async fn a_used_up_bucket_holds_its_channel_and_no_other() {
    let used_up = "x-ratelimit-bucket: b\r\nx-ratelimit-limit: 1\r\nx-ratelimit-remaining: 0\r\n\
                   x-ratelimit-reset-after: 0.300\r\n";
    let server = Server::that([Answer(200, used_up, "{}"), OK, OK]).await;
    server.say("1").await.unwrap();
    let elsewhere = server.rest.create_message(ChannelId(43), json!({ "content": "elsewhere" }), None);
    let (second, other) = tokio::join!(server.say("2"), elsewhere);
    assert!(second.is_ok() && other.is_ok());
    let seen = server.seen();
    assert_eq!(seen[1].body["content"], "elsewhere");
    assert!(seen[2].at - seen[0].at >= ms(290), "{:?}", seen[2].at - seen[0].at);
}

#[tokio::test]
async fn a_bucket_keeps_the_order_of_its_callers_even_across_a_429() {
    // One at a time, so that the order of arrival is the order of sending; the third is turned back once.
    let one = "x-ratelimit-bucket: b\r\nx-ratelimit-limit: 1\r\nx-ratelimit-remaining: 0\r\n\
               x-ratelimit-reset-after: 0.02\r\n";
    let mut answers = vec![Answer(200, one, "{}"); 8];
    answers.insert(2, Answer(429, BUCKET, r#"{"retry_after":0.1}"#));
    let server = Server::that(answers).await;
    let said = futures::future::join_all((0..8).map(|n| {
        let server = &server;
        async move { server.say(&n.to_string()).await }
    }));
    assert!(said.await.iter().all(Result::is_ok));
    let order: String =
        server.seen().iter().map(|seen| seen.body["content"].as_str().unwrap().to_owned()).collect();
    assert_eq!(order, "012234567");
}

#[tokio::test]
async fn an_abandoned_call_gives_its_place_back() {
    let server = Server::that([Slow(ms(5_000), "{}"), OK]).await;
    let abandoned = tokio::time::timeout(ms(200), server.say("1")).await;
    assert!(abandoned.is_err());
    assert!(tokio::time::timeout(ms(2_000), server.say("2")).await.unwrap().is_ok());
}

#[tokio::test]
async fn the_token_is_sent_to_discord_and_shown_to_nobody() {
    let server = Server::that([OK, ResetAfter, Answer(200, "", "no JSON"), OK]).await;
    let rest = &server.rest;
    server.say("x").await.unwrap();
    assert!(server.seen()[0].head.contains(&format!("authorization: Bot {TOKEN}")));
    let reset = rest.edit_original_reply(1, "interaction-secret", json!({})).await.unwrap_err();
    let garbled = server.say("x").await.unwrap_err();
    rest.followup(1, "interaction-secret", json!({})).await.unwrap();
    assert!(!server.seen()[3].head.contains("authorization"), "a webhook route carries its own token");
    let call = Call::new(Method::PATCH, "/webhooks/{application}/{token}", &[&1, &"interaction-secret"]);
    let bad = Rest::new("https://discord.com", &"two\nlines of secret".into()).unwrap_err();
    let shown = format!("{rest:?} {reset:?} {reset} {garbled:?} {garbled} {call:?} {bad:?} {bad}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_message_pings_nobody_and_is_enforced_once() {
    let server = Server::that([OK, OK]).await;
    let mentions = json!({ "parse": [], "roles": ["5"] });
    server.rest.create_message(CHANNEL, json!({ "content": "x" }), Some("n1")).await.unwrap();
    server.rest.create_message(CHANNEL, json!({ "allowed_mentions": mentions }), None).await.unwrap();
    let expected = json!({
        "content": "x", "allowed_mentions": { "parse": [] }, "nonce": "n1", "enforce_nonce": true,
    });
    assert_eq!(server.seen()[0].body, expected);
    assert_eq!(server.seen()[1].body, json!({ "allowed_mentions": mentions }));
}

#[tokio::test]
async fn history_comes_oldest_first() {
    let page = r#"[{"id":"1000"},{"id":"999"},{"id":"5"}]"#;
    let server = Server::that([Answer(200, "", page), Answer(200, "", "{}")]).await;
    let messages = server.rest.messages_after(CHANNEL, MessageId(4), 500).await.unwrap();
    assert_eq!(messages, [json!({"id": "5"}), json!({"id": "999"}), json!({"id": "1000"})]);
    assert!(server.seen()[0].head.starts_with("GET /api/v10/channels/42/messages?after=4&limit=100 "));
    assert!(server.rest.messages_after(CHANNEL, MessageId(4), 1).await.is_err(), "an object is no page");
}

#[tokio::test]
async fn who_is_in_a_thread() {
    let server = Server::that([
        Answer(200, "", "{}"),
        Answer(404, "", r#"{"code":10007}"#),
        Answer(404, "", r#"{"code":10003}"#),
        Answer(204, "", ""),
    ])
    .await;
    let rest = &server.rest;
    assert_eq!(rest.thread_member(CHANNEL, UserId(1)).await, Ok(true));
    assert_eq!(rest.thread_member(CHANNEL, UserId(1)).await, Ok(false));
    assert_eq!(
        rest.thread_member(CHANNEL, UserId(1)).await.unwrap_err().code(),
        Some(codes::UNKNOWN_CHANNEL)
    );
    assert_eq!(rest.add_thread_member(CHANNEL, UserId(1)).await, Ok(()));
}

#[tokio::test]
async fn archived_threads_come_in_pages() {
    let page = r#"{"has_more":true,"threads":[{"id":"1","thread_metadata":{"archive_timestamp":"2026-11-02T08:00:00+00:00"}}]}"#;
    let server =
        Server::that([Answer(200, "", page), Answer(200, "", r#"{"has_more":false,"threads":[]}"#)]).await;
    let first = server.rest.archived_threads(CHANNEL, Archived::Private, None).await.unwrap();
    assert_eq!(first.threads.len(), 1);
    let next = first.next.as_deref();
    let last = server.rest.archived_threads(CHANNEL, Archived::Private, next).await.unwrap();
    assert_eq!(last.next, None);
    let line = "GET /api/v10/channels/42/threads/archived/private?limit=100&before=2026-11-02T08%3A00%3A00%2B00%3A00 ";
    assert!(server.seen()[1].head.starts_with(line), "{}", server.seen()[1].head);
}

#[tokio::test]
async fn the_gateway_is_what_discord_says_or_nothing() {
    let server =
        Server::that([Answer(200, "", r#"{"url":"ws://127.0.0.1:9/gw"}"#), Answer(200, "", "{}")]).await;
    assert_eq!(server.rest.gateway().await, Ok("ws://127.0.0.1:9/gw".to_owned()));
    assert!(matches!(server.rest.gateway().await, Err(Failure::Unknown(_))));
}

#[tokio::test]
async fn the_reason_survives_the_header() {
    let server = Server::that([OK]).await;
    server.rest.create_private_thread(CHANNEL, "NV-2026-001", "giao việc 50%").await.unwrap();
    assert!(server.seen()[0].head.contains("x-audit-log-reason: giao%20vi%E1%BB%87c%2050%25"));
}

#[test]
fn an_address_must_be_one() {
    for bad in ["", "discord.com", "ftp://discord.com", "/api"] {
        assert!(matches!(Rest::new(bad, &TOKEN.into()), Err(Unusable::Address)), "{bad}");
    }
    for good in ["https://discord.com", "http://127.0.0.1:1234/", "http://[::1]:1"] {
        assert!(Rest::new(good, &TOKEN.into()).is_ok(), "{good}");
    }
}
