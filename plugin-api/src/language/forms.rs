//! The words of the sheet language that name one of a few choices, each with what it means to the kernel.

use serde::Deserialize;

use crate::adapter::MonotoneIn;
use crate::charge::{
    AdjustmentBase, AllowanceExcess, AllowanceTier, Attempts, Category, Combine, CommitmentKind, Confidence,
    CountedAmount, Crossing, Cycle, DateBasis, DayCount, Legs, LimitsCompared, LimitsPeriod,
    NegativeQuantity, OverMonths, PartialPackage, Priced, ProrationUnit, Scope, SeatBasis, StepAccumulation,
    StepDirection, Subject, TierLookup, TierPeriod, ZeroQuantity,
};
use crate::line_set::Remainder;
use crate::money::RoundingMode;
use crate::offer::{Alignment, Compounding, UpliftStep};
use crate::requirement::{EventKind, SegmentKind};

/// Declares a form enum and its kernel counterpart in one list.
macro_rules! forms {
    ($($(#[$doc:meta])* $form:ident => $kernel:ident { $($variant:ident => $target:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs, reason = "each word means what its kernel counterpart says")]
        pub enum $form { $($variant),* }

        impl From<$form> for $kernel {
            fn from(form: $form) -> Self {
                match form { $($form::$variant => Self::$target),* }
            }
        }
    )*};
}

forms! {
    /// What kind of cost a charge is.
    CategoryForm => Category { Recurring => Recurring, Usage => Usage, OneTime => OneTime }
    /// How long one price lasts.
    CycleForm => Cycle { Day => Day, Month => Month, Quarter => Quarter, Year => Year, Term => Term, Once => Once }
    /// What a requirement can ask for more of.
    MonotoneForm => MonotoneIn { Seats => Seats, Demand => Demand, Meters => Meters, Numbers => Numbers }
    /// How much a figure binds.
    ConfidenceForm => Confidence {
        Binding => Binding, Contract => Contract, List => List, Estimate => Estimate, Range => Range,
        ContactSales => ContactSales,
    }
    /// How a seat is measured.
    SeatBasisForm => SeatBasis { Named => Named, Concurrent => Concurrent }
    /// What happens in a segment.
    SegmentForm => SegmentKind {
        Ivr => Ivr, Queue => Queue, Agent => Agent, Bot => Bot, Supervisor => Supervisor, Transfer => Transfer,
        Recording => Recording, Analytics => Analytics,
    }
    /// What is counted in a contact.
    EventForm => EventKind {
        MessageIn => MessageIn, MessageOut => MessageOut, BotMessage => BotMessage, Turn => Turn,
        Action => Action, Resolution => Resolution,
    }
    /// What a metering step works on.
    ScopeForm => Scope { Segment => Segment, Contact => Contact, Day => Day, Month => Month }
    /// Where a part of an increment goes.
    DirectionForm => StepDirection { Up => Up, Down => Down, Nearest => Nearest }
    /// What happens to a part of a package.
    PartialForm => PartialPackage { Up => Up, Down => Down, Prorated => Prorated, Nearest => Nearest }
    /// How a quantity is made whole before it picks a tier.
    LookupForm => TierLookup { Ceiling => Ceiling, Floor => Floor }
    /// What a cycle without quantity costs.
    ZeroQuantityForm => ZeroQuantity { NoCharge => NoCharge, FirstTier => FirstTier }
    /// Which steps are charged.
    AccumulationForm => StepAccumulation { Reached => Reached, Sum => Sum }
    /// Which quantity picks the tier.
    AllowanceTierForm => AllowanceTier { Net => Net, Gross => Gross }
    /// What a fraction is taken of.
    BaseForm => AdjustmentBase { List => List, Running => Running }
    /// What a condition looks at.
    SubjectForm => Subject {
        CommittedQuantity => CommittedQuantity, BilledQuantity => BilledQuantity, TermMonths => TermMonths,
        ListAmount => ListAmount,
    }
    /// How a committed quantity may move.
    CommitmentKindForm => CommitmentKind { Flex => Flex, PeakOfTerm => PeakOfTerm, Ratchet => Ratchet }
    /// Which date counts.
    DateBasisForm => DateBasis { Order => Order, Service => Service }
    /// The unit that a part of a cycle is counted in.
    ProrationUnitForm => ProrationUnit { StartedMonth => StartedMonth, Day => Day }
    /// How an amount is rounded.
    RoundingModeForm => RoundingMode { HalfUp => HalfUp, HalfEven => HalfEven, Up => Up, Down => Down }
    /// How days are counted.
    DayCountForm => DayCount { Actual => Actual, Thirty => Thirty }
    /// Which quantity meets the ladder of tiers.
    TierPeriodForm => TierPeriod { Cycle => Cycle, Day => Day, Term => Term, Order => Order, Highest => Highest }
    /// Over which time limits count.
    LimitsPeriodForm => LimitsPeriod { Cycle => Cycle, Quarter => Quarter, Year => Year, Term => Term }
    /// What is charged of more than the allowance.
    ExcessForm => AllowanceExcess { Excess => Excess, Whole => Whole }
    /// Where months begin.
    AlignmentForm => Alignment { Start => Start, Month => CalendarMonth }
    /// What a later step of an uplift is taken of.
    CompoundingForm => Compounding { Simple => Simple, Compound => Compound }
    /// When a price rises.
    UpliftStepForm => UpliftStep { Renewal => Renewal, Year => Year }
    /// What a quantity below zero costs.
    NegativeQuantityForm => NegativeQuantity { Zero => Zero, Mirrored => Mirrored }
    /// How months make the quantity of a longer cycle.
    OverMonthsForm => OverMonths { Peak => Peak, Mean => Mean, Sum => Sum }
    /// What meets the price.
    PricedForm => Priced { Together => Together, EachEvent => EachEvent }
    /// Whether limits meet the amount before adjustments or after.
    LimitsComparedForm => LimitsCompared {
        BeforeAdjustments => BeforeAdjustments, AfterAdjustments => AfterAdjustments,
    }
    /// What the event pays that crosses the free amount.
    CrossingForm => Crossing { Excess => Excess, Whole => Whole, Free => Free }
    /// Which attempts to reach a customer count.
    AttemptsForm => Attempts { Answered => Answered, All => All, Unanswered => Unanswered }
    /// How parts become one quantity.
    CombineForm => Combine { Sum => Sum, Dearest => Dearest }
    /// How the legs of a call count.
    LegsForm => Legs { Each => Each, One => One, Mean => Mean }
    /// Which amount of a line counts.
    CountedForm => CountedAmount {
        BeforeAdjustments => BeforeAdjustments, AfterAdjustments => AfterAdjustments,
    }
    /// Who takes what rounding leaves.
    RemainderForm => Remainder { Last => Last, Largest => Largest }
}
