//! Rights, roles, and how far each right reaches.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::actor::{Reach, StaffActor};

macro_rules! rights {
    ($($name:ident = $scope:literal),+ $(,)?) => {
        /// What somebody may do. The scope text names it in `plugin.toml`, API keys and OpenAPI.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Right { $($name),+ }

        impl Right {
            pub const ALL: &'static [Right] = &[$(Right::$name),+];
            pub const fn scope(self) -> &'static str {
                match self { $(Self::$name => $scope),+ }
            }
        }
        impl FromStr for Right {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($scope => Ok(Self::$name),)+ _ => Err("unknown right") }
            }
        }
    };
}

rights! {
    CatalogRead = "catalog:read",
    CatalogWrite = "catalog:write",
    PricesWrite = "prices:write",
    StockWrite = "stock:write",
    OrdersRead = "orders:read",
    OrdersWrite = "orders:write",
    OffersRead = "offers:read",
    OffersWrite = "offers:write",
    OffersApprove = "offers:approve",
    OffersSend = "offers:send",
    DocumentsRead = "documents:read",
    DocumentsIssue = "documents:issue",
    ArchiveExport = "archive:export",
    PaymentsRead = "payments:read",
    PaymentsWrite = "payments:write",
    RefundsMake = "refunds:make",
    CustomersRead = "customers:read",
    CustomersWrite = "customers:write",
    InquiriesRead = "inquiries:read",
    InquiriesWrite = "inquiries:write",
    TasksRead = "tasks:read",
    TasksWrite = "tasks:write",
    CasesRead = "cases:read",
    CasesWrite = "cases:write",
    ImportsRun = "imports:run",
    MailRead = "mail:read",
    JobsManage = "jobs:manage",
    SettingsManage = "settings:manage",
    UsersManage = "users:manage",
    ContentWrite = "content:write",
    TextsWrite = "texts:write",
}

/// What a member of staff is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    /// Leads a team of managers.
    Lead,
    Manager,
    Marketer,
    Viewer,
}

/// How far a right reaches in an office that has many managers.
#[derive(Clone, Copy)]
enum Span {
    Own,
    Team,
    All,
}

impl Role {
    pub const ALL: &'static [Role] = &[Role::Owner, Role::Lead, Role::Manager, Role::Marketer, Role::Viewer];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Lead => "lead",
            Self::Manager => "manager",
            Self::Marketer => "marketer",
            Self::Viewer => "viewer",
        }
    }

    /// The one table of role × right. Managers see every customer and order (S53: one database
    /// of all customers for all managers) and work their own plan.
    fn span(self, right: Right) -> Option<Span> {
        use Right::*;
        Some(match (self, right) {
            (Self::Owner, _) => Span::All,
            // A lead works as a manager, and what reaches a manager's own reaches the whole team's.
            (Self::Lead, _) => match Self::Manager.span(right)? {
                Span::Own => Span::Team,
                span => span,
            },
            (Self::Manager, CatalogRead | CatalogWrite | PricesWrite | StockWrite | ImportsRun | MailRead | TextsWrite) => {
                Span::All
            }
            (Self::Manager, OrdersRead | OrdersWrite | CustomersRead | CustomersWrite) => Span::All,
            (Self::Manager, DocumentsRead | DocumentsIssue) => Span::All,
            // A manager reads everybody's offers and changes their own.
            (Self::Manager, OffersRead) => Span::All,
            (Self::Manager, OffersWrite | OffersSend) => Span::Own,
            // Money goes back by the owner's hand only; everybody who sells sees and enters what came.
            (Self::Manager, PaymentsRead | PaymentsWrite) => Span::All,
            (Self::Manager, InquiriesRead | InquiriesWrite) => Span::All,
            // Whoever is there answers: the law's clock waits for no manager.
            (Self::Manager, CasesRead | CasesWrite) => Span::All,
            (Self::Manager, TasksRead | TasksWrite) => Span::Own,
            (Self::Marketer, CatalogRead | CatalogWrite | ContentWrite | TextsWrite | ImportsRun | CustomersRead) => Span::All,
            (Self::Marketer, TasksRead | TasksWrite) => Span::Own,
            (Self::Viewer, CatalogRead | OrdersRead | OffersRead | DocumentsRead | PaymentsRead) => Span::All,
            (Self::Viewer, CustomersRead | InquiriesRead | CasesRead | TasksRead) => Span::All,
            _ => return None,
        })
    }

    /// How far somebody's right reaches; a lead without a team has but their own.
    pub(super) fn reach(self, right: Right, staff: &StaffActor) -> Option<Reach> {
        Some(match self.span(right)? {
            Span::Team if staff.team.len() > 1 => Reach::Team(staff.team.clone()),
            Span::Own | Span::Team => Reach::Own(staff.user),
            Span::All => Reach::All,
        })
    }
}

impl FromStr for Role {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|r| r.as_str() == text).ok_or("unknown role")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever a manager may, their lead may, and reaches the team where the manager reaches their own.
    #[test]
    fn a_lead_is_a_manager_whose_rights_reach_the_team() {
        use crate::kernel::{Actor, UserId};
        let id = |n| UserId(uuid::Uuid::from_u128(n));
        let as_role =
            |role, team: &[UserId]| Actor::Staff(StaffActor { team: team.to_vec(), ..StaffActor::new(id(1), "Rasa", role) });
        let team = [id(1), id(2)];
        for right in Right::ALL {
            let manager = as_role(Role::Manager, &[]).scope(*right).ok();
            let lead = as_role(Role::Lead, &team).scope(*right).ok();
            let alone = as_role(Role::Lead, &[]).scope(*right).ok();
            assert_eq!(alone, manager, "{right:?}: without a team");
            assert_eq!(lead.is_some(), manager.is_some(), "{right:?}");
            let (Some(lead), Some(manager)) = (lead, manager) else { continue };
            let covered = |scope: &crate::kernel::Scope| [id(1), id(2), id(3)].map(|user| scope.covers(Some(user)));
            match covered(&manager) {
                [true, false, false] => assert_eq!(covered(&lead), [true, true, false], "{right:?}"),
                all => assert_eq!(covered(&lead), all, "{right:?}"),
            }
            assert_eq!(lead.covers(None), manager.covers(None), "{right:?}: what is nobody's");
        }
        let (mut clause, mut params) = ("x = $1".to_owned(), vec![sea_orm::Value::from(1_i64)]);
        as_role(Role::Lead, &team).scope(Right::TasksRead).unwrap().narrow("t.who in ($)", &mut clause, &mut params);
        assert_eq!((clause.as_str(), params.len()), ("x = $1 and t.who in ($2,$3)", 3));
    }

    #[test]
    fn every_scope_text_reads_back() {
        for right in Right::ALL {
            assert_eq!(right.scope().parse(), Ok(*right));
        }
    }
}
