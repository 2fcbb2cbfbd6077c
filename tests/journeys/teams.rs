//! A team from the owner's page to what its lead may: offers, contracts and tasks of its people, and of nobody
//! else.

use serde_json::Value;
use vitrina_tests::{Answer, Shop, engines};

use crate::{
    news::{Program, newcomer},
    offers::{english, send},
    staff,
};

/// An offer that is being written, and one of another manager that is ready to go: the offer and its manager.
async fn two_drafts(shop: &Shop) -> [(String, String); 2] {
    let drafts = Program::of(shop).0.get("/admin/v1/offers?state=draft,ready").await.expect(200).value();
    let all = drafts["data"].as_array().expect("rows");
    let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    let written = all.iter().find(|row| row["state"] == "draft").expect("a draft");
    let other = all.iter().find(|row| row["manager"] != written["manager"]).expect("another manager's");
    [written, other].map(|row| (text(row, "id"), text(row, "manager")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_made_and_its_lead_reaches_its_work_and_no_other() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let csrf = english(&owner).await;
        let [(theirs, manager), (elsewhere, _)] = two_drafts(&shop).await;

        // The owner makes a team and puts a manager into it; a command puts the lead into it by its name.
        owner.post("/office/teams", &[("csrf", &csrf), ("name", " ")]).await.expect(422);
        let made = send(&owner, &csrf, "/office/teams", &[("name", "Salonas")]).await;
        let team = made.link("/office/teams/0").expect("the team's page");
        let id = team.rsplit('/').next().expect("an id").to_owned();
        owner.post("/office/teams", &[("csrf", &csrf), ("name", "Salonas")]).await.expect(409);
        let user = send(&owner, &csrf, &format!("/office/users/{manager}/team"), &[("team", &id)]).await;
        assert!(user.body.contains("Salonas"));
        let lead = newcomer(&shop, "lead", "vade@demo.test").await;
        let out = shop.command(&["user", "team", "--email", "vade@demo.test", "--team", "Salonas"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let nobody = shop.command(&["user", "team", "--email", "nera@demo.test", "--team", "Salonas"]);
        assert!(String::from_utf8_lossy(&nobody.stderr).contains("staff_not_found"), "{nobody:?}");
        let listed = owner.get("/office/teams").await.expect(200);
        assert!(listed.body.contains("Nida Naujokė") && owner.get("/office/users").await.expect(200).body.contains("Team lead"));

        // The boss's page says what each team's offers come to, and narrows to them.
        let rows = |page: &Answer| page.body.matches("data-open").count();
        let all = owner.get("/office/offers").await.expect(200);
        let sum = all.body.split("Salonas</a></dt><dd><b>").nth(1).and_then(|p| p.split('<').next()).expect("the team's sum");
        let of_team = owner.get(&format!("/office/offers?team={id}")).await.expect(200);
        assert_eq!(rows(&of_team).to_string(), sum);
        assert!(rows(&of_team) < rows(&all) && of_team.body.contains(&theirs) && !of_team.body.contains(&elsewhere));
        let both = format!("/office/offers?team={id}&role=lead");
        assert_eq!(rows(&owner.get(&both).await.expect(200)), 0, "the lead has written none");

        // The lead writes the team's offers as their manager would, and reads the others'.
        let own = english(&lead).await;
        let mine = lead.get("/office/offers?manager=team").await.expect(200);
        assert_eq!(rows(&mine).to_string(), sum);
        send(&lead, &own, &format!("/office/offers/{theirs}/head"), &[("title", "Su vadove")]).await;
        assert!(lead.get(&format!("/office/offers/{theirs}")).await.expect(200).body.contains("Su vadove"));
        lead.get(&format!("/office/offers/{elsewhere}")).await.expect(200);
        let foreign = [("csrf", own.as_str()), ("title", "Svetimas")];
        lead.post(&format!("/office/offers/{elsewhere}/head"), &foreign).await.expect(404);
        assert!(lead.get("/office").await.expect(200).body.contains("of=all"), "the team's plan is a click away");
        lead.get("/office?of=all").await.expect(200);
        lead.get("/office/teams").await.expect(403);
        lead.get("/office/users").await.expect(403);

        // A team that is taken away leaves its people, and its lead with their own.
        send(&owner, &csrf, &format!("{team}/remove"), &[]).await;
        lead.post(&format!("/office/offers/{theirs}/head"), &[("csrf", &own), ("title", "Be komandos")]).await.expect(404);
        assert!(!owner.get("/office/offers").await.expect(200).body.contains("Salonas"));
    }
}
