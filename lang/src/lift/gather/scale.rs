//! How many pods there are: autoscalers, and budgets of how many may be away.

use super::rest;
use crate::data::tree::Data;
use crate::lift::data::{self, at};
use crate::lift::kept;
use crate::lift::object::Object;
use crate::lift::plan::Plan;

/// What an autoscaler waits for that says nothing: the server's own share.
const SHARE: i64 = 80;

pub fn scale(plan: &mut Plan) {
    for (index, scaler) in plan.others("HorizontalPodAutoscaler") {
        scaled(plan, index, scaler);
    }
    for (index, budget) in plan.others("PodDisruptionBudget") {
        kept_up(plan, index, budget);
    }
}

fn scaled(plan: &mut Plan, index: usize, scaler: &Object) {
    let least = data::int(&scaler.data, "spec.minReplicas").unwrap_or(1);
    let most = data::int(&scaler.data, "spec.maxReplicas").unwrap_or(2);
    if most < 2 {
        return plan.leave(index, "it never scales");
    }
    let mut wanted = kept::with_kept_metadata(scaler.data.clone());
    data::take(&mut wanted, "spec.scaleTargetRef");
    let metrics = data::list(&scaler.data, "spec.metrics");
    let is_cpu = |metric: &&Data| data::text(metric, "resource.name") == Some("cpu");
    let by_cpu = metrics.iter().find(is_cpu).and_then(|metric| data::int(metric, "resource.target.averageUtilization"));
    let first = data::int(&scaler.data, "spec.targetCPUUtilizationPercentage");
    data::take(&mut wanted, "spec.targetCPUUtilizationPercentage");
    plan.fields.set(&["replicas"], least);
    plan.fields.set(&["scale", "most"], most);
    plan.fields.set(&["scale", "cpu"], by_cpu.or(first).unwrap_or(SHARE));
    data::put(&mut wanted, "spec.minReplicas", Data::Int(least));
    plan.expect(&[index], format!("HorizontalPodAutoscaler/{}", plan.name), wanted);
}

fn kept_up(plan: &mut Plan, index: usize, budget: &Object) {
    let replicas = data::int(&plan.main().data, "spec.replicas").unwrap_or(1);
    let scales = plan.fields.has(&["scale"]);
    if replicas < 2 && !scales {
        let mut object = rest::translated(plan, &budget.data);
        data::put(&mut object, "spec.selector", data::record([("matchLabels", rest::selector(plan))]));
        return plan.carry(index, object);
    }
    let mut wanted = kept::with_kept_metadata(budget.data.clone());
    data::take(&mut wanted, "spec.selector");
    let one_away = at(&wanted, "spec.minAvailable") == Some(&Data::Int(replicas - 1)) && !scales;
    if one_away {
        data::take(&mut wanted, "spec.minAvailable");
    } else if at(&wanted, "spec.minAvailable").is_some() {
        data::put(&mut wanted, "spec.maxUnavailable", Data::Null);
    }
    plan.expect(&[index], format!("PodDisruptionBudget/{}", plan.name), wanted);
}
