//! Sending letters: read, render, hand over, note. Nothing of it inside a transaction but the note.

use crate::{
    crm::{self, Touch},
    flows::steps::{files, letters::compose},
    jobs::Failure,
    kernel::{Actor, App, Fault, Kind, LetterId, Right},
    mail::{self, Attachment, Due, Outgoing, Refusal, Rendered, SendLetter, State, Transport},
};

/// The order's own page says what its letters say.
pub use crate::flows::steps::letters::{bank, money, told};

/// Runs the job of one letter. A letter that was sent before is left alone; one that is sent and
/// not noted (the process was killed between) goes out again with the same Message-ID.
///
/// # Errors
/// `Retry` when the transport may take it later, `Fail` when it never will or cannot be rendered.
pub async fn send(app: &App, job: SendLetter) -> Result<(), Failure> {
    let due = match mail::due(app.reader(), job.letter).await {
        Ok(due) if due.state == State::Sent => return Ok(()),
        Ok(due) => due,
        // Its recipient asked to be forgotten.
        Err(fault) if fault.kind == Kind::NotFound => return Ok(()),
        Err(fault) => return Err(fault.into()),
    };
    let rendered = match compose(app, &due).await {
        Ok(rendered) => rendered,
        Err(fault) => return give_up(app, due.id, fault.to_string()).await,
    };
    let attachments = match files::attachments(app, &due.attached).await {
        Ok(attachments) => attachments,
        Err(fault) if fault.kind == Kind::Unavailable => return Err(fault.into()),
        Err(fault) => return give_up(app, due.id, fault.to_string()).await,
    };
    match app.port::<dyn Transport>().send(&outgoing(app, &due, &rendered, attachments)).await {
        Ok(()) => note_sent(app, due, rendered).await,
        Err(Refusal::Later(why)) => {
            let tx = app.begin(&Actor::System).await?;
            mail::mark_tried(&tx, due.id, &why).await?;
            tx.commit().await?;
            Err(Failure::Retry(why))
        }
        Err(Refusal::Never(why)) => give_up(app, due.id, why).await,
    }
}

/// Sends a letter again that was given up.
///
/// # Faults
/// `access.*`; `mail.no_letter`, `mail.sent`.
pub async fn resend(app: &App, actor: &Actor, letter: LetterId) -> Result<(), Fault> {
    actor.may(Right::JobsManage)?;
    let tx = app.begin(actor).await?;
    mail::requeue(&tx, letter).await?;
    tx.commit().await
}

async fn note_sent(app: &App, due: Due, rendered: Rendered) -> Result<(), Failure> {
    let tx = app.begin(&Actor::System).await?;
    mail::mark_sent(&tx, due.id, rendered).await?;
    if let Some(party) = due.party {
        crm::record(&tx, Touch::LetterSent { letter: due.id, party, template: due.template }).await?;
    }
    Ok(tx.commit().await?)
}

async fn give_up(app: &App, letter: LetterId, why: String) -> Result<(), Failure> {
    let tx = app.begin(&Actor::System).await?;
    mail::mark_failed(&tx, letter, &why).await?;
    tx.commit().await?;
    Err(Failure::Fail(why))
}

fn outgoing(app: &App, due: &Due, rendered: &Rendered, attachments: Vec<Attachment>) -> Outgoing {
    let settings = app.settings();
    Outgoing {
        id: due.id,
        message_id: due.message_id.clone(),
        from: settings.text("mail.from").to_owned(),
        from_name: settings.text("shop.name").to_owned(),
        to: due.to.clone(),
        to_name: due.to_name.clone(),
        subject: rendered.title.clone(),
        html: rendered.html.clone(),
        plain: rendered.plain.clone(),
        language: due.locale.to_string(),
        at: app.now(),
        attachments,
    }
}
