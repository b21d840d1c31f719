//! Each kind of the domain and its number in the proto files.

use quotient_proto::{plugin_v1, v1};

use crate::adapter::{DeclineKind, MonotoneIn};
use crate::capability::CapabilityStatus;
use crate::charge::{
    AdjustmentBase, AllowanceExcess, AllowanceTier, Attempts, Category, Combine, CommitmentKind, Confidence,
    CountedAmount, Crossing, Cycle, DateBasis, DayCount, Legs, LimitsCompared, LimitsPeriod,
    NegativeQuantity, OverMonths, PartialPackage, ProrationUnit, Scope, SeatBasis, StepAccumulation,
    StepDirection, Subject, TierBound, TierLookup, TierPeriod, ZeroQuantity,
};
use crate::line_set::Remainder;
use crate::money::RoundingMode;
use crate::offer::{Alignment, Compounding, CoverageStatus, MonthDays, UpliftStep};
use crate::quote::Phase;
use crate::requirement::buyer::{BudgetPeriod, CapabilityGrade, TaxBasis};
use crate::requirement::{BillingPeriod, Channel, Direction, EventKind, SegmentKind};

/// A kind that has a number in a proto file. 0, which says nothing, is no kind.
pub(crate) trait WireEnum: Copy + 'static {
    /// All kinds, in the order of the domain.
    const ALL: &'static [Self];

    /// The number.
    fn to_wire(self) -> i32;

    /// The name in the proto file.
    fn name(self) -> &'static str;

    /// The kind with this number.
    fn from_wire(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.to_wire() == number)
    }
}

macro_rules! wire_enums {
    ($($domain:ty as $wire:ty: $($ours:ident = $theirs:ident),*;)*) => {$(
        impl WireEnum for $domain {
            const ALL: &'static [Self] = &[$(Self::$ours),*];

            fn to_wire(self) -> i32 {
                match self { $(Self::$ours => i32::from(<$wire>::$theirs)),* }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$ours => <$wire>::$theirs.as_str_name()),* }
            }
        }
    )*};
}

wire_enums! {
    BudgetPeriod as v1::BudgetPeriod: Horizon = Horizon, Year = Year, Month = Month;
    CapabilityGrade as v1::CapabilityGrade: Must = Must, Nice = Nice, Redundant = Redundant;
    CapabilityStatus as v1::CapabilityStatus:
        Included = Included, AddOn = AddOn, Partner = Partner, NotOffered = NotOffered;
    TaxBasis as v1::TaxBasis: Net = Net, Gross = Gross;
    TierLookup as v1::TierLookup: Ceiling = Ceiling, Floor = Floor;
    ZeroQuantity as v1::ZeroQuantity: NoCharge = NoCharge, FirstTier = FirstTier;
    AdjustmentBase as v1::AdjustmentBase: List = List, Running = Running;
    AllowanceTier as v1::AllowanceTier: Net = Net, Gross = Gross;
    BillingPeriod as v1::BillingPeriod:
        Monthly = Monthly, Quarterly = Quarterly, Annual = Annual, WholeTerm = WholeTerm;
    Category as v1::ChargeCategory: Recurring = Recurring, Usage = Usage, OneTime = OneTime;
    Channel as v1::Channel: Voice = Voice, WebVoice = WebVoice, Chat = Chat, Email = Email, Sms = Sms,
        Messaging = Messaging;
    CommitmentKind as v1::CommitmentKind: Flex = Flex, PeakOfTerm = PeakOfTerm, Ratchet = Ratchet;
    Confidence as v1::Confidence: Binding = Binding, Contract = Contract, List = List, Estimate = Estimate,
        Range = Range, ContactSales = ContactSales;
    CoverageStatus as v1::CoverageStatus: Priced = Priced, Included = Included,
        BilledByOthers = BilledByOthers, NotOffered = NotOffered;
    Cycle as v1::PriceCycle: Day = Day, Month = Month, Quarter = Quarter, Year = Year, Term = Term,
        Once = Once;
    DateBasis as v1::DateBasis: Order = Order, Service = Service;
    DeclineKind as plugin_v1::DeclineKind: NoMatchingOffer = NoMatchingOffer, NeedsInput = NeedsInput,
        ContactSales = ContactSales;
    Direction as v1::Direction: Inbound = Inbound, Outbound = Outbound;
    EventKind as v1::EventKind: MessageIn = MessageIn, MessageOut = MessageOut, BotMessage = BotMessage,
        Turn = Turn, Action = Action, Resolution = Resolution;
    MonthDays as plugin_v1::MonthDays: Calendar = Calendar, Thirty = MonthDays30,
        ThirtyAndHalf = MonthDays305, YearTwelfth = MonthDays36512;
    PartialPackage as v1::PartialPackage: Up = Up, Down = Down, Prorated = Prorated, Nearest = Nearest;
    Phase as v1::Phase: Term = Term, Renewal = Renewal;
    ProrationUnit as v1::ProrationUnit: StartedMonth = StartedMonth, Day = Day;
    RoundingMode as v1::RoundingMode: HalfUp = HalfUp, HalfEven = HalfEven, Up = Up, Down = Down;
    Scope as v1::MeteringScope: Segment = Segment, Contact = Contact, Day = Day, Month = Month;
    SeatBasis as v1::SeatBasis: Named = Named, Concurrent = Concurrent;
    SegmentKind as v1::SegmentKind: Ivr = Ivr, Queue = Queue, Agent = Agent, Bot = Bot,
        Supervisor = Supervisor, Transfer = Transfer, Recording = Recording, Analytics = Analytics;
    StepAccumulation as v1::StepAccumulation: Reached = Reached, Sum = Sum;
    StepDirection as v1::StepDirection: Up = Up, Down = Down, Nearest = Nearest;
    Subject as v1::ConditionSubject: CommittedQuantity = CommittedQuantity,
        BilledQuantity = BilledQuantity, TermMonths = TermMonths, ListAmount = ListAmount;
    Alignment as v1::Alignment: Start = Start, CalendarMonth = CalendarMonth;
    Compounding as v1::Compounding: Simple = Simple, Compound = Compound;
    UpliftStep as v1::UpliftStep: Renewal = Renewal, Year = Year;
    DayCount as v1::DayCount: Actual = Actual, Thirty = Thirty;
    TierPeriod as v1::TierPeriod: Cycle = Cycle, Day = Day, Term = Term, Order = Order, Highest = Highest;
    LimitsPeriod as v1::LimitsPeriod: Cycle = Cycle, Quarter = Quarter, Year = Year, Term = Term;
    AllowanceExcess as v1::AllowanceExcess: Excess = Excess, Whole = Whole;
    NegativeQuantity as v1::NegativeQuantity: Zero = Zero, Mirrored = Mirrored;
    LimitsCompared as v1::LimitsCompared: BeforeAdjustments = BeforeAdjustments,
        AfterAdjustments = AfterAdjustments;
    OverMonths as v1::OverMonths: Peak = Peak, Mean = Mean, Sum = Sum;
    TierBound as v1::TierBound: Inclusive = Inclusive, Exclusive = Exclusive;
    Crossing as v1::CrossingEvent: Excess = Excess, Whole = Whole, Free = Free;
    Attempts as v1::AttemptCount: Answered = Answered, All = All, Unanswered = Unanswered;
    Combine as v1::CombineMode: Sum = Sum, Dearest = Dearest;
    Legs as v1::LegCount: Each = Each, One = One, Mean = Mean;
    MonotoneIn as v1::MonotoneIn: Seats = Seats, Demand = Demand, Meters = Meters, Numbers = Numbers;
    CountedAmount as v1::CountedAmount: BeforeAdjustments = BeforeAdjustments,
        AfterAdjustments = AfterAdjustments;
    Remainder as v1::SpreadRemainder: Last = Last, Largest = Largest;
    SpreadMethod as v1::SpreadMethod: Proportional = Proportional, InOrder = InOrder;
}

/// How an amount is taken off several lines, as the wire names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpreadMethod {
    Proportional,
    InOrder,
}

/// The number of a kind, or 0 where nothing is said.
pub(super) fn optional_to_wire<E: WireEnum>(kind: Option<E>) -> i32 {
    kind.map_or(0, E::to_wire)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_the_proto_file_is_a_kind_of_ours() {
        fn count<E: WireEnum>(numbers: i32) {
            for number in 1..=numbers {
                assert!(E::from_wire(number).is_some(), "{number}");
            }
            assert!(E::from_wire(0).is_none() && E::from_wire(numbers + 1).is_none());
            assert_eq!(usize::try_from(numbers).unwrap(), E::ALL.len());
        }
        // The last number of each enum in the proto files.
        count::<AdjustmentBase>(2);
        count::<AllowanceTier>(2);
        count::<BillingPeriod>(4);
        count::<Category>(3);
        count::<Channel>(6);
        count::<CommitmentKind>(3);
        count::<Confidence>(6);
        count::<CoverageStatus>(4);
        count::<Cycle>(6);
        count::<DateBasis>(2);
        count::<DeclineKind>(3);
        count::<Direction>(2);
        count::<EventKind>(6);
        count::<MonthDays>(4);
        count::<PartialPackage>(4);
        count::<Phase>(2);
        count::<ProrationUnit>(2);
        count::<RoundingMode>(4);
        count::<Scope>(4);
        count::<SeatBasis>(2);
        count::<SegmentKind>(8);
        count::<StepDirection>(3);
        count::<Alignment>(2);
        count::<Compounding>(2);
        count::<UpliftStep>(2);
        count::<DayCount>(2);
        count::<TierPeriod>(5);
        count::<LimitsPeriod>(4);
        count::<AllowanceExcess>(2);
        count::<NegativeQuantity>(2);
        count::<LimitsCompared>(2);
        count::<Crossing>(3);
        count::<TierBound>(2);
        count::<OverMonths>(3);
        count::<Attempts>(3);
        count::<Combine>(2);
        count::<Legs>(3);
        count::<Subject>(4);
        count::<CountedAmount>(2);
        count::<Remainder>(2);
        count::<SpreadMethod>(2);
    }
}
