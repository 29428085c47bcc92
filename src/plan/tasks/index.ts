/** What becomes of a run's tasks: pure, so that workflows import it too. */
export { attemptInput } from './attempt-input';
export { attemptTask, type TaskWatch } from './attempt-task';
export { executePlan, type PlanExecutor } from './execute-plan';
export { outcomeOfNothing, outcomeWithoutLoad, resourcesOf, statusOfOutcomes, TIMED_OUT } from './outcomes';
export { runInOrder, type TaskStatus } from './run-in-order';
