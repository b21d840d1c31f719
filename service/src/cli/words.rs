//! The language of a written comparison: one of two texts, and amounts in words.

use clap::ValueEnum;
use quotient_plugin_api::money;
use quotient_proto::convert::money_from_wire;
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

/// The language of a written comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// The one of two texts that is in the language.
    pub(super) const fn of<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::En => english,
            Self::Zh => chinese,
        }
    }

    /// Its tag in a document.
    pub(super) const fn tag(self) -> &'static str {
        self.of("en", "zh-CN")
    }

    pub(super) fn reason(self, reason: &v1::Reason) -> &str {
        self.of(&reason.english, &reason.chinese)
    }

    /// What the comparison's amounts are: the horizon, the currency, the tax basis.
    pub(super) fn basis(self, comparison: &v1::Comparison) -> String {
        let (months, currency) = (comparison.horizon_months, &comparison.currency_code);
        let gross = comparison.tax_basis() == v1::TaxBasis::Gross;
        match self {
            Self::En => {
                let taxes = if gross { "with taxes" } else { "without taxes" };
                format!("Costs over {months} months in {currency}, {taxes}")
            }
            Self::Zh => {
                let taxes = if gross { "含税" } else { "不含税" };
                format!("比较期 {months} 个月，货币 {currency}，{taxes}")
            }
        }
    }

    /// An amount with its currency: `USD 46.87`, `CNY 5000.00 to 8000.00`, `CNY 500000.00 and up`.
    pub(super) fn money(self, range: Option<&v1::MoneyRange>) -> String {
        let Some((range, low)) = range.and_then(|range| Some((range, range.low.as_ref()?))) else {
            return String::new();
        };
        let span = self.span(&amount(low), range.high.as_ref().map(amount).as_deref());
        format!("{} {span}", low.currency_code)
    }

    /// An exact value: `0.00675`, `80 to 500`, `150000 and up`.
    pub(super) fn range(self, range: Option<&v1::DecimalRange>) -> String {
        let Some((range, low)) = range.and_then(|range| Some((range, range.low.as_ref()?))) else {
            return String::new();
        };
        self.span(&low.value, range.high.as_ref().map(|high| high.value.as_str()))
    }

    /// What changes along an axis; a part of the requirement by its own name.
    pub(super) fn input(self, axis: v1::ScenarioAxis, label: &str) -> String {
        use v1::ScenarioAxis as Axis;

        let part = |english: &str, chinese: &str| match self {
            Self::En => format!("{english} of {label}"),
            Self::Zh => format!("{label} {chinese}"),
        };
        match axis {
            Axis::Demand => self.of("contacts of the mean month", "月均咨询量").to_owned(),
            Axis::Seats => self.of("seats", "坐席").to_owned(),
            Axis::HandlingTime => self.of("per cent of the handling time", "处理时长（%）").to_owned(),
            Axis::OneDemand => part("contacts of the mean month", "月均咨询量"),
            Axis::OneRole => part("seats", "坐席"),
            Axis::OneMeter => part("units of the mean month", "月均用量"),
            Axis::OneNumbers => part("numbers", "号码"),
            Axis::ExchangeRate => part("per cent of the rate", "汇率（%）"),
            Axis::Unspecified => String::new(),
        }
    }

    fn span(self, low: &str, high: Option<&str>) -> String {
        match (high, self) {
            (Some(high), _) if high == low => low.to_owned(),
            (Some(high), Self::En) => format!("{low} to {high}"),
            (Some(high), Self::Zh) => format!("{low} 至 {high}"),
            (None, Self::En) => format!("{low} and up"),
            (None, Self::Zh) => format!("{low} 起"),
        }
    }
}

/// An amount with the places of its currency, and with all that it has beyond these: a sheet may round to more.
pub(super) fn amount(wire: &google::Money) -> String {
    let scale = money::currency(&wire.currency_code).map_or(2, money::minor_unit_scale) as usize;
    match money_from_wire(wire) {
        Ok(amount) => format!("{amount:.*}", scale.max(amount.normalize().scale() as usize)),
        Err(error) => error.to_string(),
    }
}

/// A fraction in per cent, with at most two places.
pub(super) fn percent(fraction: Option<&google::Decimal>) -> String {
    let Some(text) = fraction.map(|fraction| fraction.value.as_str()) else { return String::new() };
    let percent = text.parse::<Decimal>().ok().and_then(|part| part.checked_mul(Decimal::ONE_HUNDRED));
    percent.map_or_else(|| text.to_owned(), |percent| format!("{} %", percent.round_dp(2).normalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_in_per_cent() {
        let told = |text: &str| percent(Some(&google::Decimal { value: text.to_owned() }));
        assert_eq!(told("-0.891666666666667"), "-89.17 %");
        assert_eq!(told("0.5"), "50 %");
    }

    #[test]
    fn an_amount_has_the_places_of_its_currency_and_loses_none() {
        let told = |code: &str, units, nanos| {
            let amount = google::Money { currency_code: code.to_owned(), units, nanos };
            Language::En.money(Some(&v1::MoneyRange { low: Some(amount.clone()), high: Some(amount) }))
        };
        assert_eq!(told("USD", 46, 500_000_000), "USD 46.50");
        assert_eq!(told("JPY", 1_241_027, 0), "JPY 1241027");
        assert_eq!(told("KWD", 1, 235_000_000), "KWD 1.235");
        // Rounded by its sheet to a tenth of a cent.
        assert_eq!(told("USD", 0, 125_000_000), "USD 0.125");
    }

    #[test]
    fn an_input_has_its_name_in_the_language() {
        let told = |words: Language| words.input(v1::ScenarioAxis::OneDemand, "calls");
        assert_eq!(told(Language::En), "contacts of the mean month of calls");
        assert_eq!(told(Language::Zh), "calls 月均咨询量");
    }

    #[test]
    fn a_span_is_told_in_the_language() {
        let yuan = |units| google::Money { currency_code: "CNY".to_owned(), units, nanos: 0 };
        let span = v1::MoneyRange { low: Some(yuan(50)), high: Some(yuan(80)) };
        assert_eq!(Language::En.money(Some(&span)), "CNY 50.00 to 80.00");
        assert_eq!(Language::Zh.money(Some(&span)), "CNY 50.00 至 80.00");
        let open = v1::MoneyRange { low: Some(yuan(50)), high: None };
        assert_eq!(Language::Zh.money(Some(&open)), "CNY 50.00 起");
    }
}
