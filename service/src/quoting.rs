//! The road: a requirement in, a quote or a comparison out. Every way in walks it: gRPC, and the
//! command line without a server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use futures_util::stream::{self, Stream, StreamExt as _};
use jiff::civil::Date;
use prost::Message as _;
use quotient_plugin_api::digest::sha256_hex;
use quotient_plugin_api::offer::Note;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire::{self, InvalidRequirement, Violation};
use quotient_proto::v1;

use self::answer::Answered;
pub use self::failure::{Failure, Refused};
use self::outcome::Compared;
use crate::comparison::fx::FxTable;
use crate::comparison::hidden::HiddenCosts;
use crate::comparison::tax::TaxTable;
use crate::plugins::{Instance, Registry};

mod analysis_wire;
mod answer;
mod comparing;
mod failure;
mod options;
mod outcome;
mod verdict_wire;

/// Most products of one comparison.
pub const MAX_PRODUCTS: usize = 200;

/// Bounds of the road.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Products of one plugin that a comparison asks at the same time.
    pub concurrent_products: usize,
    /// The time for a call that brings no deadline of its own.
    pub default_deadline: Duration,
}

/// What all products are compared by.
#[derive(Debug, Clone, PartialEq)]
pub struct GroundTables {
    /// Exchange rates.
    pub fx: FxTable,
    /// Taxes on sales by country.
    pub taxes: TaxTable,
    /// Costs beside the vendors' own.
    pub hidden: HiddenCosts,
}

/// Answers quotes and comparisons.
pub struct Quoting {
    registry: Arc<Registry>,
    tables: ArcSwap<GroundTables>,
    limits: Limits,
    today: fn() -> Date,
}

/// A requirement that has passed all checks, as every product sees it.
struct Prepared {
    requirement: Requirement,
    resolved: v1::Requirement,
    sha256: String,
    request: Arc<[u8]>,
    assumptions: Vec<Note>,
    /// Those of the whole call, whatever is loaded meanwhile.
    tables: Arc<GroundTables>,
}

impl Quoting {
    /// The road over the loaded plugins. `today` is the day that a requirement without a pricing date
    /// is priced on.
    #[must_use]
    pub fn new(registry: Arc<Registry>, tables: GroundTables, limits: Limits, today: fn() -> Date) -> Self {
        Self { registry, tables: ArcSwap::from_pointee(tables), limits, today }
    }

    /// What products are compared by now.
    #[must_use]
    pub fn tables(&self) -> Arc<GroundTables> {
        self.tables.load_full()
    }

    /// Compares by other tables from the next call on.
    pub fn use_tables(&self, tables: GroundTables) {
        self.tables.store(Arc::new(tables));
    }

    /// The loaded plugins.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The instant by which a call must be answered: the client's own, or the default, less a reserve
    /// for the way back, which is the larger of 20 ms and 5 %.
    #[must_use]
    pub fn budget(&self, now: Instant, client: Option<Duration>) -> Instant {
        let whole = client.unwrap_or(self.limits.default_deadline);
        let reserve = (whole / 20).max(Duration::from_millis(20)).min(whole);
        // A clock that cannot hold the deadline leaves none: the call is late at once.
        now.checked_add(whole.saturating_sub(reserve)).unwrap_or(now)
    }

    /// Quotes one product.
    ///
    /// # Errors
    /// [`Failure`]: a bad requirement, an unknown product, or why the product has no quote.
    pub async fn quote(&self, request: v1::QuoteRequest, deadline: Instant) -> Result<v1::Quote, Failure> {
        let snapshot = self.registry.snapshot();
        let view = request.view();
        let instance = snapshot
            .product(&request.product_id)
            .ok_or_else(|| Failure::UnknownProduct { product_id: request.product_id.clone() })?;
        let prepared = self.prepare(request.requirement.unwrap_or_default(), Vec::new())?;
        Ok(self.ask(&instance, &prepared, view, deadline).await?.quote)
    }

    /// Quotes several products: exactly one outcome for each, whatever happens to it.
    ///
    /// # Errors
    /// [`Failure::InvalidRequirement`] lists every violation, unknown products among them.
    pub async fn compare(
        self: Arc<Self>,
        request: v1::CompareRequest,
        deadline: Instant,
    ) -> Result<v1::Comparison, Failure> {
        let view = request.view();
        let asked = self.prepare_comparison(request.requirement, request.product_ids, request.options)?;
        let answers: Vec<_> = Arc::clone(&self).answers(&asked, view, deadline).collect().await;
        Self::conclude(Arc::new(asked), answers).await
    }

    /// The same piece by piece: outcomes in the order of arrival.
    ///
    /// # Errors
    /// As [`Quoting::compare`].
    pub fn stream_compare(
        self: Arc<Self>,
        request: v1::StreamCompareRequest,
        deadline: Instant,
    ) -> Result<impl Stream<Item = Result<v1::StreamCompareResponse, Failure>>, Failure> {
        use v1::stream_compare_response::Piece;

        let view = request.view();
        let asked = self.prepare_comparison(request.requirement, request.product_ids, request.options)?;
        let answers = Box::pin(Arc::clone(&self).answers(&asked, view, deadline));
        let pieces = stream::unfold(
            (answers, Some(Vec::new()), Arc::new(asked), self),
            |(mut answers, seen, asked, road)| async move {
                let mut seen = seen?;
                if let Some(answer) = answers.next().await {
                    let piece = Piece::Outcome(answer.outcome.clone());
                    seen.push(answer);
                    return Some((Ok(piece), (answers, Some(seen), asked, road)));
                }
                let comparison = Self::conclude(Arc::clone(&asked), seen).await;
                Some((comparison.map(Piece::Comparison), (answers, None, asked, road)))
            },
        );
        Ok(pieces.map(|piece| piece.map(|piece| v1::StreamCompareResponse { piece: Some(piece) })))
    }

    /// Fills defaults, checks everything, and encodes once for all products.
    fn prepare(
        &self,
        mut resolved: v1::Requirement,
        mut violations: Vec<Violation>,
    ) -> Result<Prepared, Failure> {
        let assumptions = wire::resolve(&mut resolved, (self.today)());
        let requirement = match wire::requirement_from_wire(&resolved) {
            Ok(requirement) if violations.is_empty() => requirement,
            Ok(_) => return Err(Failure::InvalidRequirement(InvalidRequirement(violations))),
            Err(InvalidRequirement(found)) => {
                violations.extend(found);
                return Err(Failure::InvalidRequirement(InvalidRequirement(violations)));
            }
        };
        let sha256 = sha256_hex(&resolved.encode_to_vec());
        let request = wire::request_to_wire(resolved.clone()).encode_to_vec().into();
        Ok(Prepared { requirement, resolved, sha256, request, assumptions, tables: self.tables() })
    }

    fn prepare_comparison(
        &self,
        requirement: Option<v1::Requirement>,
        product_ids: Vec<String>,
        options: Option<v1::ComparisonOptions>,
    ) -> Result<Asked, Failure> {
        let snapshot = self.registry.snapshot();
        let mut violations = Vec::new();
        let options = options::options(options.unwrap_or_default(), &mut violations);
        if product_ids.len() > MAX_PRODUCTS {
            let rule = format!("found {} products, expected at most {MAX_PRODUCTS}", product_ids.len());
            violations.push(Violation { path: "product_ids".to_owned(), rule });
        }
        let mut instances = Vec::new();
        if product_ids.is_empty() {
            instances
                .extend(snapshot.products().filter(|instance| !instance.catalog().illustrative).cloned());
        }
        for (index, id) in product_ids.iter().enumerate().take(MAX_PRODUCTS) {
            match snapshot.product(id) {
                Some(instance) if instances.iter().any(|seen| Arc::ptr_eq(seen, &instance)) => {
                    let rule = format!("found {id:?} twice, expected each product once");
                    violations.push(Violation { path: format!("product_ids[{index}]"), rule });
                }
                Some(instance) => instances.push(instance),
                None => {
                    let rule = format!("found {id:?}, expected the id of a product");
                    violations.push(Violation { path: format!("product_ids[{index}]"), rule });
                }
            }
        }
        let prepared = self.prepare(requirement.unwrap_or_default(), violations)?;
        Ok(Asked { instances, prepared: Arc::new(prepared), options })
    }

    /// All answers as they come. Each plugin's products wait for each other alone: however many of them hang, those of
    /// other plugins are asked at once.
    fn answers(
        self: Arc<Self>,
        asked: &Asked,
        view: v1::QuoteView,
        deadline: Instant,
    ) -> impl Stream<Item = Compared> + use<> {
        let mut by_plugin = BTreeMap::<_, Vec<_>>::new();
        for instance in &asked.instances {
            by_plugin.entry(instance.plugin().id.clone()).or_default().push(Arc::clone(instance));
        }
        let of_plugin = |instances: Vec<Arc<Instance>>| {
            let (quoting, prepared) = (Arc::clone(&self), Arc::clone(&asked.prepared));
            let asks = stream::iter(instances).map(move |instance| {
                let (quoting, prepared) = (Arc::clone(&quoting), Arc::clone(&prepared));
                async move {
                    let answer = quoting.ask(&instance, &prepared, view, deadline).await;
                    outcome::compared(&instance, answer)
                }
            });
            asks.buffer_unordered(self.limits.concurrent_products).boxed()
        };
        stream::select_all(by_plugin.into_values().map(of_plugin).collect::<Vec<_>>())
    }

    /// Judges all answers; aside, where that takes long.
    async fn conclude(asked: Arc<Asked>, answers: Vec<Compared>) -> Result<v1::Comparison, Failure> {
        if !asked.options.analyses() {
            return comparing::comparison(&asked, answers);
        }
        let judge = move || comparing::comparison(&asked, answers);
        tokio::task::spawn_blocking(judge).await.unwrap_or(Err(Failure::Internal))
    }

    /// One product, from the call to the finished quote.
    async fn ask(
        &self,
        instance: &Arc<Instance>,
        prepared: &Prepared,
        view: v1::QuoteView,
        deadline: Instant,
    ) -> Result<Answered, Refused> {
        let response =
            instance.offers(Arc::clone(&prepared.request), deadline).await.map_err(Refused::from)?;
        answer::quote(instance, prepared, response, view)
    }
}

/// The products of a comparison, and what they are asked.
struct Asked {
    instances: Vec<Arc<Instance>>,
    prepared: Arc<Prepared>,
    options: options::Options,
}
