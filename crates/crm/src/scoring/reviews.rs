//! What people say of leads. A review is kept, its feedback also as a note, scores the customer anew, and may make a deal
//! of the lead.

use super::engine::{Sheet, Which, rescore, system};
use super::model::{NewReview, Review, Reviewed};
use super::reading::Sheets;
use super::{customer_to_write, store};
use crate::activity::{self, Event};
use crate::anchors::{Anchor, AnchorKind};
use crate::customers::{self, Customer};
use crate::deals::{self, Deal, DealProduct, NewDeal};
use crate::notes::{self, NewNote};
use crate::products::{self, Product};
use db::Tx;
use platform::ids::ReviewId;
use platform::{Actor, Error, Result};

/// Takes down what somebody says of a customer as a lead for a product.
///
/// # Errors
/// [`Error::Invalid`] for an unknown product, or a deal of a lead that does not qualify.
pub fn review(tx: &Tx<'_>, actor: &Actor, new: &NewReview) -> Result<Reviewed> {
    let customer = customer_to_write(tx, actor, new.customer_id)?;
    let feedback = new.check()?;
    let scope = actor.scope();
    let product = products::require(tx, &scope, new.product_id, "/productId")?;
    if product.archived_at.is_some() {
        return Err(Error::conflict("archived", "this product is archived; restore it first"));
    }
    store::take(tx, &scope, customer.id)?;
    let deal = new.deal().map(|asked| deal(tx, actor, &customer, &product, asked)).transpose()?;
    let note = feedback.as_ref().map(|feedback| {
        let anchor = Anchor { kind: AnchorKind::Customer, id: customer.id.0 };
        notes::create(
            tx,
            actor,
            &NewNote { body: feedback.clone(), anchor, visibility: None, attachment_ids: Vec::new() },
        )
    });
    let note = note.transpose()?;
    let review = Review {
        id: ReviewId(actor.new_id()),
        customer_id: customer.id,
        product_id: product.id,
        decision: new.decision,
        feedback: feedback.clone(),
        reviewer_id: actor.user_id,
        reviewer_name: actor.name.clone(),
        deal_id: deal.as_ref().map(|deal| deal.id),
        note_id: note.map(|note| note.id),
        created_at: actor.now(),
    };
    store::insert_review(tx, &scope, &review)?;
    let event = Event::FitReviewed {
        review_id: review.id,
        product_id: product.id,
        name: product.name,
        decision: review.decision.as_str().into(),
        feedback,
    };
    activity::record_all(tx, actor, &[(customers::about(&customer), event)])?;
    rescore(tx, &system(actor), &Sheet::held(tx, &scope)?, &Which::All, &[customer.id])?;
    let fits = Sheets::read(tx, &scope, Some(product.id))?.of(tx, actor, &[customer.id])?.remove(&customer.id);
    let fit = fits.and_then(|fits| fits.into_iter().next()).ok_or(Error::NotFound("product"))?;
    Ok(Reviewed { review, fit, deal })
}

/// A deal about one of the product.
fn deal(
    tx: &Tx<'_>,
    actor: &Actor,
    customer: &Customer,
    product: &Product,
    asked: super::model::LeadDeal,
) -> Result<Deal> {
    let line = DealProduct { product_id: product.id, quantity: 1, unit_price: None };
    let new = NewDeal {
        name: asked.name.unwrap_or_else(|| format!("{} – {}", customer.full_name, product.name)),
        customer_id: Some(customer.id),
        pipeline_id: asked.pipeline_id,
        stage_id: asked.stage_id,
        amount: asked.amount,
        currency: asked.currency,
        lines: Some(vec![line]),
        ..NewDeal::default()
    };
    deals::create(tx, actor, &new).map_err(|error| match error {
        Error::Invalid(faults) => Error::Invalid(faults.into_iter().map(below).collect()),
        other => other,
    })
}

/// A fault of the deal, where the body of the review has it.
fn below(fault: platform::error::FieldError) -> platform::error::FieldError {
    platform::error::FieldError { path: format!("/createDeal{}", fault.path), ..fault }
}
