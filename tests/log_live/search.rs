//! `/log search`, as people type it: they find what they may read, and nothing else.

use super::{ADMIN, COORDINATOR, Client, becomes, end, says, thread};
use crate::databases::on_both;
use crate::harness::World;
use liaison::domain::exchange::Event;
use liaison::domain::ids::ChannelId;
use reqwest::Method;
use serde_json::json;

/// Each hit of a search: its text, and after a bar whether it still stands.
async fn finds(world: &World, who: &str, line: &str) -> Vec<String> {
    let text = world.types(who, line).await.text();
    let hit = |pair: &[&str]| {
        let standing = if pair[0].contains("đã xóa") { " | đã xóa" } else { "" };
        format!("{}{standing}", pair[1].trim_start_matches("> "))
    };
    let lines: Vec<&str> = text.lines().skip(1).collect();
    lines.chunks(2).map(hit).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_find_what_they_may_read() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let public = thread(&world, "").await;
        let private = thread(&world, " noi-bo:có").await;
        says(&world, "Đầu mối TKG", public, "Phiếu điều tra giá đã in").await;
        let slip = says(&world, "Đầu mối TTDL", public, "Điều tra nhầm phiếu").await;
        says(&world, "Đầu mối TTDL", private, "Kinh phí điều tra chưa duyệt").await;
        world.person("Đầu mối TTDL").await.deletes(public, slip).await.unwrap();
        becomes(&world, private, &["1 08:00 Đầu mối TTDL (TTDL): Kinh phí điều tra chưa duyệt"]).await;
        becomes(&world, public, &[
            "1 08:00 Đầu mối TKG (TKG): Phiếu điều tra giá đã in",
            "2 08:00 Đầu mối TTDL (TTDL): Điều tra nhầm phiếu",
            "2 deleted",
        ]).await;

        let whole = world.types("Đầu mối TKG", "/nhat-ky tra-cuu tu-khoa:\"phieu DIEU tra\"").await.text();
        let guild = world.guild();
        let message = world.office.store.exchanges_of(ChannelId(public)).await.unwrap();
        let message = message.iter().find_map(|event| match event {
            Event::Said(said) if said.content.starts_with("Phiếu") => Some(said.message),
            _ => None,
        });
        let message = message.unwrap();
        assert_eq!(
            whole,
            format!(
                "01 kết quả cho “\"phieu DIEU tra\"”\n\
                 **Đầu mối TKG** (TKG) · 01/03/2023 08:00 · <#{public}> · https://discord.com/channels/{guild}/{public}/{message}\n\
                 > **Phiếu điều tra** giá đã in"
            )
        );
        let (open, secret) = ("Phiếu **điều** **tra** giá đã in", "Kinh phí **điều** **tra** chưa duyệt");
        let gone = "**Điều** **tra** nhầm phiếu | đã xóa";
        let search = "/nhat-ky tra-cuu tu-khoa:dieu tra";
        assert_eq!(finds(&world, "Đầu mối TKG", search).await, [secret, open], "a member of the private thread");
        assert_eq!(finds(&world, "Chuyên viên Đà Nẵng", search).await, [open], "no member of it");
        assert_eq!(finds(&world, COORDINATOR, search).await, [secret, gone, open], "what was taken back as well");
        for (filter, hits) in [
            (" ma:NV-2023-001", vec![open]),
            (" ma:NV-2023-002", vec![secret]),
            (" don-vi:ttdl", vec![secret]),
            (" ngay:01/03", vec![secret, open]),
            (" den-ngay:28/02", vec![]),
        ] {
            assert_eq!(finds(&world, "Đầu mối TKG", &format!("{search}{filter}")).await, hits, "{filter}");
        }
        let refused = world.types("Visitor", "/log search query:phieu").await.text();
        assert_eq!(refused, "You have no authority to do this. Those who may: officer and above; if you lack the role that is yours, please ask \
             an administrator.");

        let reversed = "/log search query:phieu date:24/02/2023 until:01/02/2023";
        assert_eq!(
            world.types("Price officer", reversed).await.text(),
            "The first day (`date`) comes after the last (`until`). Swap the two and send it again."
        );

        // Who may no longer see the channel finds nothing of its threads.
        let state = world.sandbox.state();
        let role = state["roles"].as_array().unwrap().iter().find(|role| role["name"] == "CTK-48").unwrap();
        let (phase, role) = (world.channel("p3-thu-thap-thong-tin").await, role["id"].as_str().unwrap());
        let hidden = json!({ "type": 0, "allow": "0", "deny": "1024" });
        Client::of(&world, ADMIN).call(Method::PUT, &format!("/channels/{phase}/permissions/{role}"), hidden).await;
        world
            .until("the bot knows of it", async |world| {
                finds(world, "Chuyên viên Đà Nẵng", search).await.is_empty()
            })
            .await;
        assert_eq!(finds(&world, "Chuyên viên Hà Nội", search).await, [open], "others still do");
        end(world).await;
    })
    .await;
}
