package dev.writ.gateway.task;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/** Runs the tasks called {@code recording} as the test told it, and remembers that it did. */
@ApplicationScoped
class Recording implements TaskHandler {

    static final String TASK = "recording";

    private final Map<String, List<String>> runs = new ConcurrentHashMap<>();
    private final Map<String, IntFunction<Uni<Next>>> answers = new ConcurrentHashMap<>();

    @Override
    public String task() {
        return TASK;
    }

    @Override
    public Uni<Next> run(String instance) {
        List<String> threads = runs.computeIfAbsent(instance, first -> new CopyOnWriteArrayList<>());
        threads.add(Thread.currentThread().getName());
        return answers.getOrDefault(instance, run -> Uni.createFrom().item(Next.done()))
                .apply(threads.size());
    }

    /** What a run of that task answers, by how many there were with it. */
    void answers(String instance, IntFunction<Uni<Next>> answer) {
        answers.put(instance, answer);
    }

    int runs(String instance) {
        return runs.getOrDefault(instance, List.of()).size();
    }
}
