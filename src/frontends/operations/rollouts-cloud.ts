// Traffic shares and ways back that are resources of Terraform.
import type { CodeRole, Location, OperationsFact } from '../../core/index.ts';
import type { HclBlock } from './hcl.ts';
import { numberOf, type Resource, textOf } from './terraform.ts';

type Step = { share: number; hold: number | null };

export function cloudRollouts({ type, block }: Resource, base: { location: Location; role: CodeRole }): OperationsFact[] {
  const all = (holder: HclBlock, name: string): HclBlock[] => holder.blocks.filter(one => one.type === name);
  const make = (label: string, steps: Step[], watched = false): OperationsFact[] =>
    steps.length === 0 ? [] : [{ kind: 'rollout', ...base, label, steps, watched }];
  if (type === 'vercel_project_rolling_release') {
    const stages = all(block, 'stages').length > 0 ? all(block, 'stages') : all(block, 'stage');
    const steps = stages.flatMap((stage): Step[] => {
      const share = numberOf(stage, 'target_percentage');
      const minutes = numberOf(stage, 'duration');
      return share === undefined ? [] : [{ share, hold: minutes === undefined ? null : minutes * 60 }];
    });
    return make('a rolling release of Vercel', steps);
  }
  if (/^google_cloud_run(?:_v2)?_service$/.test(type)) {
    const shares = all(block, 'traffic').flatMap(one => numberOf(one, 'percent') ?? []);
    return make(
      'the traffic of Cloud Run',
      shares.length === 0 ? [] : [{ share: Math.min(...shares.filter(share => share > 0)), hold: null }],
    );
  }
  if (type === 'aws_codedeploy_deployment_config') {
    const routing = all(block, 'traffic_routing_config')[0];
    const inner = routing === undefined ? undefined : (all(routing, 'time_based_canary')[0] ?? all(routing, 'time_based_linear')[0]);
    const share = inner === undefined ? undefined : numberOf(inner, 'percentage');
    const minutes = inner === undefined ? undefined : numberOf(inner, 'interval');
    return share === undefined
      ? []
      : make('CodeDeploy', [
          { share, hold: (minutes ?? 0) * 60 },
          { share: 100, hold: null },
        ]);
  }
  if (type === 'aws_codedeploy_deployment_group') {
    const back = all(block, 'auto_rollback_configuration')[0];
    const name = textOf(block, 'deployment_config_name') ?? '';
    const predefined = /Canary(\d+)Percent(\d+)(Minutes|Hours?)/.exec(name);
    const steps: Step[] =
      predefined === null
        ? /AllAtOnce/.test(name)
          ? [{ share: 100, hold: null }]
          : []
        : [
            { share: Number(predefined[1]), hold: Number(predefined[2]) * (predefined[3] === 'Minutes' ? 60 : 3600) },
            { share: 100, hold: null },
          ];
    return [
      ...make(name, steps),
      ...(back?.attributes.get('enabled') === true
        ? [{ kind: 'way-back' as const, ...base, label: 'auto_rollback_configuration of CodeDeploy', when: 'failure' as const }]
        : []),
    ];
  }
  return [];
}
