package dev.writ.gateway.authzen;

import dev.writ.connect.Dialogue;
import dev.writ.gateway.auditing.RejectedInputs;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Category;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers questions: each is a call that is decided and recorded like any other. */
@ApplicationScoped
class Evaluations {

    private static final List<String> DEFAULTS =
            List.of(Question.SUBJECT, Question.ACTION, Question.RESOURCE, Question.CONTEXT);

    private final ToolCalls calls;
    private final Translation translation;
    private final RejectedInputs rejected;
    private final Reevaluations reevaluations;
    private final Callers callers;
    private final AuthzenConfig config;

    Evaluations(
            ToolCalls calls,
            Translation translation,
            RejectedInputs rejected,
            Reevaluations reevaluations,
            Callers callers,
            AuthzenConfig config) {
        this.calls = calls;
        this.translation = translation;
        this.rejected = rejected;
        this.reevaluations = reevaluations;
        this.callers = callers;
        this.config = config;
    }

    /**
     * @param key the caller's name for a question that refers to what people have approved
     * @throws Problem if the request is malformed
     */
    Uni<JsonObject> one(JsonObject request, Optional<String> key, String where) {
        Question question = Question.of(request);
        return answer(() -> question, key, where, callers.principal().agent());
    }

    /** Without a list it is a single question. */
    Uni<JsonObject> several(JsonObject request, String where) {
        Optional<JsonValue> list = request.get("evaluations");
        if (list.isPresent() && !(list.get() instanceof JsonArray)) {
            throw Question.malformed("'evaluations' is a list of objects.");
        }
        List<JsonValue> items =
                request.array("evaluations").map(JsonArray::items).orElse(List.of());
        Semantic semantic = Semantic.of(request);
        if (items.isEmpty()) {
            return one(request, Optional.empty(), where);
        }
        if (items.size() > config.maxEvaluations()) {
            throw new Problem(
                    ProblemType.TOO_LARGE,
                    "A request has " + config.maxEvaluations() + " evaluations at most. Send several requests.");
        }
        DEFAULTS.forEach(member -> Question.object(request, member));
        String who = callers.principal().agent();
        List<Uni<JsonObject>> asked = items.stream()
                .map(item -> answer(() -> entry(request, item), Optional.empty(), where, who))
                .toList();
        return (semantic == Semantic.EXECUTE_ALL ? all(asked) : until(semantic, asked, new ArrayList<>(asked.size())))
                .map(answers -> JsonObject.builder()
                        .put("evaluations", new JsonArray(List.copyOf(answers)))
                        .build());
    }

    /** What an entry has replaces the whole of what stands above; nothing is merged. */
    private static Question entry(JsonObject request, JsonValue item) {
        if (!(item instanceof JsonObject own)) {
            throw Question.malformed("An entry of 'evaluations' is an object.");
        }
        JsonObject.Builder whole = JsonObject.builder();
        for (String member : DEFAULTS) {
            own.get(member).or(() -> request.get(member)).ifPresent(value -> whole.put(member, value));
        }
        return Question.of(whole.build());
    }

    private Uni<List<JsonObject>> all(List<Uni<JsonObject>> asked) {
        return Uni.join()
                .all(asked)
                .usingConcurrencyOf(Math.max(1, config.parallel()))
                .andFailFast();
    }

    /** One after the other, since nothing is decided behind the one that ends it. */
    private static Uni<List<JsonObject>> until(
            Semantic semantic, List<Uni<JsonObject>> asked, List<JsonObject> answers) {
        return asked.get(answers.size()).chain(answer -> {
            answers.add(answer);
            return semantic.endsWith(answer) || answers.size() == asked.size()
                    ? Uni.createFrom().item(answers)
                    : until(semantic, asked, answers);
        });
    }

    private Uni<JsonObject> decide(Question question) {
        return calls.submit(translation.of(question), Dialogue.NONE).map(state -> {
            Obliged obliged = Obliged.of(state.obligations(), question.context());
            return state.effect() == Effect.ESCALATE && obliged.isMet()
                    ? Answers.requestable(state, obliged, config.requestableFor())
                    : Answers.of(state, obliged);
        });
    }

    /** A question that the caller would have to mend is answered with no, and counted as input that was refused. */
    private Uni<JsonObject> answer(Supplier<Question> read, Optional<String> key, String where, String who) {
        return Uni.createFrom()
                .deferred(() -> {
                    Question asked = read.get();
                    Optional<String> approval = asked.approval();
                    Question question = approval.isPresent() ? asked.withoutApproval() : asked;
                    Uni<JsonObject> plain = Uni.createFrom().deferred(() -> decide(question));
                    return approval.map(id -> reevaluations.answer(question, id, key, plain))
                            .orElse(plain);
                })
                .onFailure(failure ->
                        failure instanceof Problem problem && problem.type().category() == Category.CALLER)
                .recoverWithItem(failure -> {
                    Problem problem = (Problem) failure;
                    rejected.add(Optional.of(who), problem.type(), where);
                    return Answers.of(problem);
                });
    }
}
