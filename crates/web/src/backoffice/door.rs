//! The office's door: who comes in, with which right, with which form; then one handler.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use poem::{
    Endpoint, Request, RequestBody, Response, Result,
    http::{Method, StatusCode},
};
use vitrina::{
    flows,
    kernel::{Actor, App, Fault, Kind, Locale, Right, Role, StaffActor, UserId, token},
    stage::Stage,
};

use super::desk::{Answer, Desk, Part, ROOT, Told};
use crate::{
    csrf,
    forms::{self, Form},
    render,
    session::{self, Keep, cookie},
    urls,
};

/// What a route asks of the one who comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the sign-in page itself.
    Nothing,
    /// To be signed in, in any role.
    SignedIn,
    /// To be signed in, in a role with this right.
    May(Right),
}

/// What a form may carry beside words, and how much one file may weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    None,
    /// Read whole.
    Memory(usize),
    /// Written to a file while it comes in.
    Spooled(usize),
}

pub type Handler = fn(Desk) -> BoxFuture<'static, Answer>;

/// A line of the office's table of routes.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub right: Need,
    pub run: Handler,
    /// The page that shows the form again, with what was wrong.
    pub again: Option<Handler>,
    pub files: Files,
}

/// All methods of one path.
struct Door {
    app: App,
    stage: Stage,
    routes: Vec<&'static Route>,
}

/// The office as an endpoint.
pub fn open(app: &App, stage: &Stage, routes: &'static [Route]) -> poem::Route {
    let mut paths: BTreeMap<&'static str, Vec<&'static Route>> = BTreeMap::new();
    for route in routes {
        paths.entry(route.path).or_default().push(route);
    }
    paths.into_iter().fold(poem::Route::new(), |office, (path, routes)| {
        office.at(path, Door { app: app.clone(), stage: stage.clone(), routes })
    })
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut req: Request) -> Result<Response> {
        let mut body = RequestBody::new(req.take_body());
        let method = if req.method() == Method::HEAD { Method::GET } else { req.method().clone() };
        let Some(route) = self.routes.iter().find(|r| r.method == method) else {
            return Ok(Response::builder().status(StatusCode::METHOD_NOT_ALLOWED).finish());
        };
        let mut desk = self.desk(&req);
        match self.enter(&mut desk, route, &req, &mut body).await {
            Ok(Some(turned_away)) => Ok(turned_away),
            Ok(None) => Ok(serve(desk, route).await),
            Err(fault) => Ok(desk.refuse(&fault).await),
        }
    }
}

impl Door {
    fn desk(&self, req: &Request) -> Desk {
        let look = cookie(req, session::OFFICE_LOOK).unwrap_or_default();
        let (locale, theme) = look.split_once('.').unwrap_or(("lt", "auto"));
        let params = |name: &str| req.raw_path_param(name).map(|v| (name.to_owned(), forms::decode(v)));
        let part = match req.header("x-part") {
            Some("record") => Part::Record,
            Some("saved") => Part::Saved,
            _ => Part::Whole,
        };
        Desk {
            app: self.app.clone(),
            stage: self.stage.clone(),
            // Nobody yet: without a session there is no role that may anything.
            staff: StaffActor::new(UserId(uuid::Uuid::nil()), "", Role::Viewer),
            actor: Actor::Guest,
            session: String::new(),
            locale: if locale == "en" { Locale::EN } else { Locale::LT },
            theme: match theme {
                "light" => "light",
                "dark" => "dark",
                _ => "auto",
            },
            path: req.uri().path_and_query().map_or(ROOT, |p| p.as_str()).to_owned(),
            address: caller(req),
            agent: req.header("user-agent").unwrap_or_default().to_owned(),
            params: ["id", "other", "part"].into_iter().filter_map(params).collect(),
            query: Form::query(req),
            form: Form::default(),
            uploads: Vec::new(),
            part,
            secure: session::is_https(req),
            said: cookie(req, session::OFFICE_FLASH).and_then(Told::read),
            fault: None,
            status: StatusCode::OK,
        }
    }

    /// Session, right, form, in this order. Some answer when the caller must go elsewhere.
    async fn enter(
        &self,
        desk: &mut Desk,
        route: &Route,
        req: &Request,
        body: &mut RequestBody,
    ) -> Result<Option<Response>, Fault> {
        if let Some(token) = cookie(req, session::OFFICE)
            && let Some(staff) = super::login::who(&self.app, token).await?
        {
            desk.session = token.to_owned();
            desk.actor = Actor::Staff(staff.clone());
            desk.staff = staff;
        }
        if route.right != Need::Nothing && desk.session.is_empty() {
            return Ok(Some(sign_in(desk, &route.method)));
        }
        if let Need::May(right) = route.right {
            desk.actor.may(right)?;
        }
        if route.method == Method::POST {
            if !csrf::same_origin(req) {
                return Err(Fault::forbidden("request.csrf"));
            }
            let in_parts = req.content_type().is_some_and(|t| t.starts_with("multipart/form-data"));
            match route.files {
                Files::Memory(most) if in_parts => (desk.form, desk.uploads) = forms::parts(req, body, most).await?,
                Files::Spooled(most) if in_parts => {
                    let name = format!("{}.part", token::random(self.app.entropy()));
                    let path = flows::imports::inbox(&self.app, &desk.actor)?.join(name);
                    (desk.form, desk.uploads) = forms::spool(req, body, most, path).await?;
                }
                _ => desk.form = Form::body(body).await?,
            }
            if route.right != Need::Nothing && !csrf::holds(&desk.session, desk.form.get(csrf::FIELD)) {
                return Err(Fault::forbidden("request.csrf"));
            }
        }
        Ok(None)
    }
}

/// Runs the handler; a form with slips comes back with them beside its fields.
async fn serve(desk: Desk, route: &Route) -> Response {
    let again = desk.again();
    match (route.run)(desk).await {
        Ok(answer) => answer,
        Err(fault) => {
            let mendable = matches!(fault.kind, Kind::Invalid | Kind::Conflict | Kind::TooMany);
            if !mendable || again.part == Part::Saved {
                return again.refuse(&fault).await;
            }
            let Some(show) = route.again else { return again.refuse(&fault).await };
            let status = crate::faults::status(&fault);
            let other = again.again();
            match show(Desk { fault: Some(fault), status, said: None, ..again }).await {
                Ok(answer) => answer,
                Err(worse) => other.refuse(&worse).await,
            }
        }
    }
}

impl Desk {
    /// The same request once more, for the page that answers a fault.
    fn again(&self) -> Desk {
        Desk {
            app: self.app.clone(),
            stage: self.stage.clone(),
            staff: self.staff.clone(),
            actor: self.actor.clone(),
            session: self.session.clone(),
            locale: self.locale,
            theme: self.theme,
            path: self.path.clone(),
            address: self.address.clone(),
            agent: self.agent.clone(),
            params: self.params.clone(),
            query: self.query.clone(),
            form: self.form.clone(),
            uploads: Vec::new(),
            part: self.part,
            secure: self.secure,
            said: None,
            fault: None,
            status: StatusCode::OK,
        }
    }
}

/// Away to the sign-in page, and back again afterwards.
fn sign_in(desk: &Desk, method: &Method) -> Response {
    let next = if method == Method::GET { desk.path.as_str() } else { ROOT };
    let mut answer = render::see_other(&urls::with("/office/login", &[("next", if next == ROOT { "" } else { next })]));
    if desk.part != Part::Whole {
        answer.set_status(StatusCode::UNAUTHORIZED);
    }
    desk.cookie(&mut answer, session::OFFICE, "", Keep::Forget);
    answer
}

/// Who calls. A proxy on the same machine is believed, and of its list only what it wrote
/// itself: what stands before that was written by the caller.
fn caller(req: &Request) -> String {
    let Some(direct) = req.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip) else { return "local".to_owned() };
    let forwarded = req.header("x-forwarded-for").and_then(|list| list.rsplit(',').next()).map(str::trim);
    match forwarded.filter(|a| direct.is_loopback() && !a.is_empty()) {
        Some(address) => address.to_owned(),
        None => direct.to_string(),
    }
}
