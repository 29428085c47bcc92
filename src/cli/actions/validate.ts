import { isTidemarkError } from '../../errors';
import { type ConfigFinding, checkDeployment, type LoadedDeployment } from '../../operate';
import { plural, toJsonText } from '../output/format';
import { mark } from '../output/progress';
import { styleFor } from '../output/style';
import { loadDeployment } from '../session/client';
import { type Action, EXIT } from '../session/command';

interface ValidateOptions {
  readonly secrets?: boolean;
}

export const validate: Action<ValidateOptions> = async ({ context, options }) => {
  const { terminal } = context;
  let deployment: LoadedDeployment | undefined;
  let findings: readonly ConfigFinding[];
  try {
    deployment = await loadDeployment(context, options);
    findings = checkDeployment(deployment, options);
  } catch (error) {
    // that there is none is wrong use; what a config is refused for is what was asked
    if (!isTidemarkError(error) || error.code === 'CONFIG_NOT_FOUND') throw error;
    findings = [{ severity: 'problem', pipelines: [], code: error.code, message: error.message }];
  }
  const problems = findings.filter(({ severity }) => severity === 'problem');
  const pipelines = deployment?.config.pipelines.map(({ name }) => name) ?? [];
  const valid = problems.length === 0;
  if (options.json) terminal.out(toJsonText({ file: deployment?.file ?? null, valid, pipelines, findings }));
  else {
    const style = styleFor(terminal.colour);
    for (const { severity, pipelines: of, code, message } of findings) {
      const word = severity === 'problem' ? style.red(severity) : style.yellow(severity);
      const whose = of.length === 0 ? '' : `${of.join(', ')}: `;
      terminal.out(`${word} ${whose}${message.replaceAll('\n', '\n  ')} ${style.dim(`[${code}]`)}`);
    }
    const counts = `${plural(problems.length, 'problem')}, ${plural(findings.length - problems.length, 'warning')}`;
    const which =
      deployment === undefined ? '' : `${deployment.file}: ${plural(pipelines.length, 'pipeline')}, `;
    terminal.out(`${mark(terminal, valid ? 'done' : 'failed')} ${which}${counts}`);
  }
  return valid ? EXIT.done : EXIT.failed;
};
