//! Charts of a comparison as SVG. Heights on paper are floats; no amount is computed here.
#![allow(clippy::float_arithmetic, reason = "places on paper, not money")]

use plotters::prelude::*;
use quotient_proto::google::r#type as google;
use quotient_proto::v1;

/// Colours that differ for most eyes, and in print.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(213, 94, 0),
];
const SIZE: (u32, u32) = (860, 420);

/// An amount as a height.
fn height(money: Option<&google::Money>) -> Option<f64> {
    let money = money?;
    #[allow(clippy::cast_precision_loss, reason = "a place on paper")]
    Some(money.units as f64 + f64::from(money.nanos) / 1e9)
}

/// The high end of a cost, at which it is ranked.
fn high(range: Option<&v1::MoneyRange>) -> Option<f64> {
    height(range?.high.as_ref())
}

/// What products cost along an axis; `None` where there is nothing to draw.
pub(super) fn curves(analysis: &v1::Analysis, axis: v1::ScenarioAxis, along: &str) -> Option<String> {
    type Line = (String, Vec<(f64, f64)>);
    let line = |curve: &v1::CostCurve| -> Line {
        #[allow(clippy::cast_precision_loss, reason = "a place on paper")]
        let point = |point: &v1::CurvePoint| Some((point.quantity as f64, high(point.cost.as_ref())?));
        let name = curve.subject.as_ref().map(|of| of.product_id.clone()).unwrap_or_default();
        (name, curve.points.iter().filter_map(point).collect())
    };
    let whole = |curve: &&v1::CostCurve| {
        curve.axis() == axis && curve.subject.as_ref().is_some_and(|of| of.edition_id.is_empty())
    };
    let lines: Vec<Line> = analysis.curves.iter().filter(whole).map(line).collect();
    let points = lines.iter().flat_map(|(_, points)| points);
    let most = |pick: fn(&(f64, f64)) -> f64| points.clone().map(pick).fold(0.0_f64, f64::max);
    let (right, top) = (most(|point| point.0), most(|point| point.1));
    if right <= 0.0 || top <= 0.0 {
        return None;
    }
    let mut svg = String::new();
    draw(&mut svg, &lines, (right, top), along).ok()?;
    Some(svg)
}

fn draw(
    svg: &mut String,
    lines: &[(String, Vec<(f64, f64)>)],
    (right, top): (f64, f64),
    along: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .margin_right(44)
        .x_label_area_size(40)
        .y_label_area_size(90)
        .build_cartesian_2d(0.0..right, 0.0..top * 1.05)?;
    chart
        .configure_mesh()
        .x_desc(along)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    for ((name, points), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x.saturating_add(18), y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    Ok(())
}

/// P10 to P90 of each product as a band with its P50; `None` where there is nothing to draw.
pub(super) fn bands(analysis: &v1::Analysis) -> Option<String> {
    let band = |one: &v1::CostSpread| {
        let (low, middle, high) =
            (height(one.p10.as_ref())?, height(one.p50.as_ref())?, height(one.p90.as_ref())?);
        Some((one.product_id.clone(), low, middle, high))
    };
    let bands: Vec<_> = analysis.spreads.iter().filter_map(band).collect();
    let right = bands.iter().map(|(_, _, _, high)| *high).fold(0.0_f64, f64::max);
    let rows = u32::try_from(bands.len()).ok().filter(|rows| *rows > 0 && right > 0.0)?;
    let mut svg = String::new();
    draw_bands(&mut svg, &bands, right, rows).ok()?;
    Some(svg)
}

fn draw_bands(
    svg: &mut String,
    bands: &[(String, f64, f64, f64)],
    right: f64,
    rows: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let size = (SIZE.0, rows.saturating_mul(24).saturating_add(60));
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(10)
        .margin_right(44)
        .x_label_area_size(30)
        .y_label_area_size(210)
        .build_cartesian_2d(0.0..right * 1.05, (0..rows).into_segmented())?;
    let name = |row: &SegmentValue<u32>| match row {
        SegmentValue::CenterOf(row) | SegmentValue::Exact(row) => {
            let row = usize::try_from(*row).unwrap_or(usize::MAX);
            bands.get(row).map(|(name, ..)| name.clone()).unwrap_or_default()
        }
        SegmentValue::Last => String::new(),
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .y_labels(bands.len())
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&name)
        .light_line_style(WHITE)
        .draw()?;
    for (row, (_, low, middle, high)) in (0..rows).zip(bands) {
        let style = COLOURS[0].stroke_width(8);
        let at = || SegmentValue::CenterOf(row);
        chart.draw_series([PathElement::new([(*low, at()), (*high, at())], style)])?;
        chart.draw_series([Circle::new((*middle, at()), 4, BLACK.filled())])?;
    }
    root.present()?;
    Ok(())
}
