package dev.writ.gateway.policy;

import dev.writ.model.ToolDefinition;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.CaseResult;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCases;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Compiles bundles and proves them by their own cases: one at a time, on a thread of its own. */
@ApplicationScoped
class BundleCompiler {

    private final ExecutorService one = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "policy-compiler");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Compiles a bundle against those tools.
     *
     * @return an unusable one too if a case does not come out as it says
     */
    Uni<Compiled> compile(PolicyBundle bundle, Collection<ToolDefinition> tools) {
        return Uni.createFrom()
                .item(() -> PolicyCompiler.compile(bundle, tools)
                        .fold(engine -> proved(engine, tools), Compiled.Unusable::new))
                .runSubscriptionOn(one);
    }

    private static Compiled proved(PolicyEngine engine, Collection<ToolDefinition> tools) {
        List<BundleProblem> failures = PolicyCases.run(engine, tools).stream()
                .flatMap(result ->
                        result.fold(passed -> Stream.<BundleProblem>empty(), failed -> Stream.of(problem(failed))))
                .toList();
        if (failures.isEmpty()) {
            return new Compiled.Usable(engine);
        }
        engine.close();
        return new Compiled.Unusable(failures);
    }

    private static BundleProblem problem(CaseResult.Failed failed) {
        return new BundleProblem(
                failed.file(), failed.line(), 1, "the case '" + failed.name() + "' fails: " + failed.reason());
    }

    @PreDestroy
    void stop() {
        one.shutdownNow();
    }
}
