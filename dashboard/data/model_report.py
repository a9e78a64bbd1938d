"""A manifest's figures as the records that pages show, as far as it has them."""

from dashboard.records.model_report import RANKER, Gain, MetricMean, ModelFigures, Report
from recsys.artifacts.manifest import Manifest
from recsys.schema.build_report import PARTS, BuildReport, Difference, EvaluationReport


def report_of(manifest: Manifest) -> Report:
    """Return what a version says of itself; what is missing or malformed in its evaluation has its default."""
    facts = manifest.facts
    build = BuildReport.read(facts.evaluation)
    return Report(
        version=manifest.version,
        built_at=manifest.built_at,
        code_version=manifest.code_version,
        as_of=facts.as_of,
        first_order_on=facts.first_order_on,
        last_order_on=facts.last_order_on,
        fingerprint=facts.fingerprint,
        source_rows=facts.source_rows,
        options=facts.options,
        seed=facts.seed,
        seconds=facts.seconds,
        models=_models(build.evaluation),
        gains=_gains(build.evaluation),
        build=build,
    )


def _models(evaluation: EvaluationReport) -> tuple[ModelFigures, ...]:
    found = []
    for name, model in evaluation.models.items():
        for part in PARTS:
            measured, intervals = model.part(part), evaluation.intervals.get(name, {}).get(part, {})
            metrics = {
                metric: MetricMean(mean, *intervals.get(metric, (None, None)))
                for metric, mean in measured.means.items()
                if mean is not None
            }
            if metrics:
                found.append(ModelFigures(name, part, metrics, measured.n))
    return tuple(sorted(found, key=lambda one: one.name != RANKER))


def _gains(evaluation: EvaluationReport) -> tuple[Gain, ...]:
    return tuple(
        Gain(reference, part, metrics, max(one.n for one in parts[part].values()))
        for reference, parts in evaluation.paired.get(RANKER, {}).items()
        for part in PARTS
        if (metrics := _metrics(parts.get(part, {})))
    )


def _metrics(differences: dict[str, Difference]) -> dict[str, MetricMean]:
    return {
        metric: MetricMean(one.difference, one.low, one.high)
        for metric, one in differences.items()
        if one.difference is not None
    }
