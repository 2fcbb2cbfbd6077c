//! Who acts, and what they may.

use sea_orm::Value;

use super::{
    ApiKeyId, Fault, PartyId, UserId, db,
    rights::{Right, Role},
};

/// The one on whose behalf a flow runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The shop itself: jobs, imports from the terminal, the demo's seeding.
    System,
    /// Somebody at the shop's window who has not signed in.
    Guest,
    Customer(PartyId),
    Staff(StaffActor),
    Key(KeyActor),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffActor {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    /// Whom they lead, themselves included; empty for who leads nobody.
    pub team: Vec<UserId>,
}

impl StaffActor {
    /// Somebody who leads nobody.
    pub fn new(user: UserId, name: impl Into<String>, role: Role) -> Self {
        Self { user, name: name.into(), role, team: Vec::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyActor {
    pub id: ApiKeyId,
    pub rights: Vec<Right>,
}

/// How far a right reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Own(UserId),
    /// What is theirs, and that of the people they lead.
    Team(Vec<UserId>),
    All,
}

/// Proof that a right was asked for; a view of data that is not public takes it and puts the
/// reach into its WHERE. To be had only from [`Actor::scope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    right: Right,
    reach: Reach,
}

impl Scope {
    pub fn reach(&self) -> &Reach {
        &self.reach
    }
    pub fn right(&self) -> Right {
        self.right
    }
    /// The people whose records may be seen; none where everybody's may.
    pub fn among(&self) -> Option<&[UserId]> {
        match &self.reach {
            Reach::Own(user) => Some(std::slice::from_ref(user)),
            Reach::Team(users) => Some(users),
            Reach::All => None,
        }
    }
    /// Whether it reaches further than one's own.
    pub fn is_shared(&self) -> bool {
        self.among().is_none_or(|users| users.len() > 1)
    }
    /// Whether a record of this owner lies within reach; asked again in flows once it is read.
    pub fn covers(&self, owner: Option<UserId>) -> bool {
        self.among().is_none_or(|users| owner.is_some_and(|owner| users.contains(&owner)))
    }
    /// Puts the reach into a WHERE that has these parameters: `o.manager in ($)`, where `$` stands for the people.
    pub fn narrow(&self, condition: &str, clause: &mut String, params: &mut Vec<Value>) {
        if let Some(users) = self.among() {
            let marks = db::marks(users.len(), params.len() + 1);
            clause.push_str(&format!(" and {}", condition.replacen('$', &marks, 1)));
            params.extend(users.iter().map(|user| Value::from(*user)));
        }
    }
}

impl Actor {
    /// # Faults
    /// `Forbidden` when the actor lacks the right.
    pub fn may(&self, right: Right) -> Result<(), Fault> {
        self.scope(right).map(drop)
    }

    /// # Faults
    /// `Forbidden` when the actor lacks the right.
    pub fn scope(&self, right: Right) -> Result<Scope, Fault> {
        let reach = match self {
            Self::System => Some(Reach::All),
            Self::Staff(staff) => staff.role.reach(right, staff),
            Self::Key(key) => key.rights.contains(&right).then_some(Reach::All),
            Self::Guest | Self::Customer(_) => None,
        };
        let code = if matches!(self, Self::Guest) { "access.sign_in" } else { "access.forbidden" };
        reach.map(|reach| Scope { right, reach }).ok_or_else(|| Fault::forbidden(code).arg("right", right.scope()))
    }

    /// The member of staff, where one acts.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Staff(staff) => Some(staff.user),
            _ => None,
        }
    }

    /// The signed-in customer, where one acts.
    pub fn customer(&self) -> Option<PartyId> {
        match self {
            Self::Customer(party) => Some(*party),
            _ => None,
        }
    }

    /// How the journal names the actor: a kind and an id, never a name.
    pub fn code(&self) -> String {
        match self {
            Self::System => "system".into(),
            Self::Guest => "guest".into(),
            Self::Customer(party) => format!("customer:{party}"),
            Self::Staff(staff) => format!("staff:{}", staff.user),
            Self::Key(key) => format!("key:{}", key.id),
        }
    }
}
