package dev.writ.gateway.policy;

import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.Explainer;
import dev.writ.rules.Explanation;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.Lint;
import dev.writ.rules.LintCheck;
import dev.writ.rules.LintFinding;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.TestReport;
import dev.writ.rules.ToolSet;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks at a bundle as its author does, against the tools that are pinned now: nothing is recorded, and nothing decides by it. One at a
 * time, on a thread of its own, so that whoever decides is not kept waiting.
 */
@ApplicationScoped
class Inspections {

    private static final int MOST_WAITING = 8;

    private final Catalog catalog;
    private final Policies policies;
    private final SecureRandom random;
    private final InstantSource clock;
    private final ExecutorService one = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), Inspections::thread);

    Inspections(Catalog catalog, Policies policies, SecureRandom random, InstantSource clock) {
        this.catalog = catalog;
        this.policies = policies;
        this.random = random;
        this.clock = clock;
    }

    /**
     * What lint and the bundle's own cases say.
     *
     * @param report absent if the files are no bundle
     */
    record Inspected(List<LintFinding> findings, Optional<TestReport> report) {}

    Uni<Inspected> inspect(Map<String, String> files) {
        return aside(() -> inspected(files));
    }

    private Inspected inspected(Map<String, String> files) {
        try {
            PolicyBundle bundle = PolicyBundle.ofTexts(files);
            ToolSet tools = ToolSet.given(policies.tools());
            return new Inspected(Lint.check(bundle, tools), Optional.of(TestReport.of(bundle, tools)));
        } catch (InvalidBundleException invalid) {
            return new Inspected(
                    invalid.problems().stream().map(Inspections::finding).toList(), Optional.empty());
        }
    }

    private static LintFinding finding(BundleProblem problem) {
        return new LintFinding(
                LintCheck.DOES_NOT_COMPILE, problem.file(), problem.line(), problem.column(), problem.message());
    }

    /**
     * What the bundle alone would say of a call that nothing went before, and why.
     *
     * @return fails with a {@link Problem} if the bundle cannot be used, there is no such tool, or the arguments do not fit it
     */
    Uni<Explanation> explain(Map<String, String> files, ToolName name, JsonObject arguments, Principal caller) {
        PinnedTool tool = catalog.tool(name)
                .orElseThrow(() -> new Problem(
                        ProblemType.UNPROCESSABLE,
                        "There is no tool of this name. GET /v1/tools lists those there are."));
        List<String> problems = tool.argumentProblems(arguments);
        if (!problems.isEmpty()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "The arguments do not fit the tool: "
                            + problems.stream().limit(3).collect(Collectors.joining("; ")));
        }
        return aside(() -> explained(files, tool.definition(), arguments, caller));
    }

    private Explanation explained(
            Map<String, String> files, ToolDefinition tool, JsonObject arguments, Principal caller) {
        ToolCall call = new ToolCall(
                CallId.mint(clock.instant(), random),
                Optional.empty(),
                tool.name(),
                arguments,
                Optional.empty(),
                Optional.empty());
        Facts facts = new Facts(call, caller, tool, History.empty(), List.of(), clock.instant());
        try (PolicyEngine engine = compiled(files)) {
            return Explainer.of(engine).explain(facts);
        }
    }

    /** Apart from those that {@link Candidates} keeps: whoever tries things out makes many, and each is closed at once. */
    private PolicyEngine compiled(Map<String, String> files) {
        return PolicyCompiler.compile(Policies.read(files), policies.tools()).fold(engine -> engine, problems -> {
            throw BundleChecks.unusable(problems);
        });
    }

    private <T> Uni<T> aside(Supplier<T> work) {
        return Uni.createFrom()
                .item(work)
                .runSubscriptionOn(one)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .onFailure(RejectedExecutionException.class)
                .transform(full -> new Problem(
                        ProblemType.TOO_MANY_REQUESTS, "Others are trying out bundles here. Try again in a moment."));
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "policy-inspection");
        thread.setDaemon(true);
        return thread;
    }

    @PreDestroy
    void stop() {
        one.shutdownNow();
    }
}
