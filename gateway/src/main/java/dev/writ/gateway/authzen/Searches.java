package dev.writ.gateway.authzen;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.call.Foreseen;
import dev.writ.gateway.call.Submission;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Category;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what would be allowed among what the operator lists: entities beside the tools of an external connector, and those tools
 * themselves. Each candidate is decided on without a record, since nobody may act on the answer; the search is recorded as one entry.
 */
@ApplicationScoped
class Searches {

    static final String KIND = "SEARCHED";

    private final ToolCalls calls;
    private final Translation translation;
    private final Journal journal;
    private final Callers callers;
    private final AuthzenConfig config;

    Searches(ToolCalls calls, Translation translation, Journal journal, Callers callers, AuthzenConfig config) {
        this.calls = calls;
        this.translation = translation;
        this.journal = journal;
        this.callers = callers;
        this.config = config;
    }

    /**
     * What may be an answer.
     *
     * @param shown as an answer shows it
     */
    private record Candidate(Question question, PinnedTool tool, JsonObject shown) {}

    /** @throws Problem if the request is malformed, or there is more to look at than is allowed */
    Uni<JsonObject> search(Searched searched, JsonObject request) {
        Question question = Question.of(request, searched);
        Actor actor = callers.caller();
        long readAt = journal.size();
        List<Candidate> candidates = candidates(searched, question);
        if (candidates.size() > config.maxCandidates()) {
            throw Question.malformed("There are more than " + config.maxCandidates()
                    + " to look at. An operator raises writ.authzen.max-candidates, or lists fewer.");
        }
        return Multi.createFrom()
                .iterable(candidates)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .onItem()
                .transformToUniAndConcatenate(this::found)
                .collect()
                .asList()
                .map(found -> new JsonArray(
                        found.stream().<JsonValue>flatMap(Optional::stream).toList()))
                .call(results -> record(actor, searched, question, candidates.size(), readAt, results))
                .map(results -> JsonObject.builder().put("results", results).build());
    }

    private List<Candidate> candidates(Searched searched, Question question) {
        if (searched == Searched.ACTION) {
            return translation.tools(question.resourceType()).stream()
                    .map(tool -> {
                        String name = Translation.action(tool);
                        return new Candidate(
                                question.withAction(name),
                                tool,
                                JsonObject.builder().put("name", name).build());
                    })
                    .toList();
        }
        return tool(question).stream()
                .flatMap(tool -> searched == Searched.SUBJECT ? subjects(question, tool) : resources(question, tool))
                .toList();
    }

    /** What nothing stands for is found nowhere. */
    private Optional<PinnedTool> tool(Question question) {
        try {
            return Optional.of(translation.tool(question));
        } catch (Problem none) {
            return Optional.empty();
        }
    }

    private Stream<Candidate> subjects(Question question, PinnedTool tool) {
        String type = question.subjectType();
        return translation.entities(tool).ofType(type).entrySet().stream()
                .map(entity -> new Candidate(
                        question.withSubject(entity.getKey(), entity.getValue()), tool, shown(type, entity.getKey())));
    }

    private Stream<Candidate> resources(Question question, PinnedTool tool) {
        String type = question.resourceType();
        return translation.entities(tool).ofType(type).entrySet().stream()
                .map(entity -> new Candidate(
                        question.withResource(entity.getKey(), entity.getValue()), tool, shown(type, entity.getKey())));
    }

    private static JsonObject shown(String type, String id) {
        return JsonObject.builder().put("type", type).put("id", id).build();
    }

    private Uni<Optional<JsonObject>> found(Candidate candidate) {
        Submission submission = translation.of(candidate.question(), candidate.tool());
        return Uni.createFrom()
                .deferred(() -> calls.foresee(submission))
                .map(foreseen -> found(candidate, foreseen))
                .onFailure(failure ->
                        failure instanceof Problem problem && problem.type().category() == Category.CALLER)
                .recoverWithItem(Optional.empty());
    }

    private static Optional<JsonObject> found(Candidate candidate, Foreseen foreseen) {
        Obliged obliged =
                Obliged.of(foreseen.obligations(), candidate.question().context());
        if (foreseen.effect() != Effect.ALLOW || !obliged.isMet()) {
            return Optional.empty();
        }
        JsonArray obligations = obliged.toJson();
        if (obligations.items().isEmpty()) {
            return Optional.of(candidate.shown());
        }
        JsonObject.Builder result = JsonObject.builder();
        candidate.shown().members().forEach(result::put);
        return Optional.of(result.put("obligations", obligations).build());
    }

    private Uni<?> record(
            Actor actor, Searched searched, Question question, int candidates, long readAt, JsonArray results) {
        Entry entry = new Entry(
                KIND,
                journal.now(),
                List.of(),
                Set.of(),
                Map.of(Column.AGENT, actor.name()),
                JsonObject.builder()
                        .put("searched", searched.text())
                        .put("candidates", candidates)
                        .put("found", results.items().size())
                        .put("readAt", readAt)
                        .build(),
                "agent/" + actor.name(),
                List.of(new Input("question", question.toJson(), false), new Input("results", results, false)));
        return journal.record(actor, entry, List.of());
    }
}
