package dev.writ.gateway.precedent;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.call.OnWorker;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Descriptions of calls by a model, for approvers who have looked at the call. Nothing is decided from them, and no decision waits for
 * them; that one was shown is in the log before it is.
 */
@ApplicationScoped
public class Summaries implements LogFollower {

    static final String SUMMARISED = "APPROVAL_SUMMARISED";

    private static final int MOST_KEPT = 200;

    private final Seen seen;
    private final Journal journal;
    private final Pseudonyms pseudonyms;
    private final MeterRegistry meters;
    private final SummaryConfig config;
    private final Optional<Describer> describer;
    private final Semaphore slots;

    /** Texts by the digest of the view that they are about. Guarded by itself. */
    private final Map<String, String> kept = new LinkedHashMap<>(16, 0.75f, true);

    Summaries(
            Seen seen,
            Journal journal,
            Pseudonyms pseudonyms,
            MeterRegistry meters,
            SecureRandom random,
            SummaryConfig config) {
        this.seen = seen;
        this.journal = journal;
        this.pseudonyms = pseudonyms;
        this.meters = meters;
        this.config = config;
        this.describer = Describer.of(config, random);
        this.slots = new Semaphore(config.concurrency());
    }

    /**
     * What a machine wrote.
     *
     * @param of digest of the view that it is about
     */
    record Summary(String model, String text, String of) {
        @Override
        public String toString() {
            return "Summary";
        }
    }

    Uni<Summary> summary(CallId call, Approver by) {
        Actor actor = Actor.of(by.principal());
        Describer model = configured();
        return seen.by(by, call)
                .chain(approval -> text(approval, model)
                        .invoke(this::requireDescription)
                        .map(text -> new Summary(model.name(), Wording.shown(text), approval.viewDigest()))
                        .call(summary -> record(actor, approval, summary))
                        .invoke(summary -> count("shown")));
    }

    /** Whether there is a model that could write some. */
    public boolean isConfigured() {
        return describer.isPresent();
    }

    /** The model; throws a {@link Problem} if there is none. */
    Describer configured() {
        return describer.orElseThrow(() -> refusal(
                ProblemType.CONFLICT, "No model is configured that could summarise it (writ.summary.base-url)."));
    }

    private Uni<String> text(Approval approval, Describer configured) {
        synchronized (kept) {
            Optional<String> before = Optional.ofNullable(kept.get(approval.viewDigest()));
            if (before.isPresent()) {
                return Uni.createFrom().item(before.get());
            }
        }
        JsonObject described = described(approval.escalation());
        if (described.toJson().getBytes(StandardCharsets.UTF_8).length
                > config.maxCall().asLongValue()) {
            throw refusal(ProblemType.CONFLICT, "It is too large to be summarised (writ.summary.max-call).");
        }
        return OnWorker.map(Uni.createFrom().item(configured), model -> ask(model, described))
                .onFailure(failure -> !(failure instanceof Problem))
                .transform(failure -> {
                    // Its message may hold what the model was asked.
                    count("failed");
                    return refusal(ProblemType.NOT_READY, "The model did not answer. Ask again later.");
                })
                .invoke(text -> keep(approval.viewDigest(), text));
    }

    /** On a worker, which has its place until the model has answered, however long somebody waits for it. */
    private String ask(Describer model, JsonObject described) {
        if (!slots.tryAcquire()) {
            count("busy");
            throw refusal(ProblemType.TOO_MANY_REQUESTS, "The model is busy with others. Ask again in some seconds.");
        }
        try {
            return model.describe(described);
        } finally {
            slots.release();
        }
    }

    /** Of what the approver sees, what is to be described: nothing of who asks and for whom. */
    private static JsonObject described(Escalation escalation) {
        JsonObject view = escalation.view();
        JsonObject.Builder described = JsonObject.builder();
        for (String member : List.of("tool", "description", "effects", "arguments", "purpose")) {
            view.get(member).ifPresent(value -> described.put(member, value));
        }
        return described
                .put(
                        "asksBecause",
                        new JsonArray(escalation.asks().stream()
                                .<JsonValue>map(ask -> new JsonString(ask.reason()))
                                .toList()))
                .build();
    }

    private void requireDescription(String text) {
        Wording.problem(text).ifPresent(problem -> {
            count("withheld");
            throw refusal(
                    ProblemType.CONFLICT,
                    "What the model wrote is not shown: " + problem + ". Judge by the call itself.");
        });
    }

    private void keep(String view, String text) {
        synchronized (kept) {
            kept.put(view, text);
            if (kept.size() > MOST_KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
    }

    private Uni<Void> record(Actor actor, Approval approval, Summary summary) {
        Escalation escalation = approval.escalation();
        Entry entry = new Entry(
                SUMMARISED,
                journal.now(),
                List.of(),
                Set.of(),
                Map.of(
                        Column.CALL, escalation.call().toString(),
                        Column.AGENT, escalation.agent(),
                        Column.SUBJECT, escalation.subject(),
                        Column.TOOL, escalation.tool().value()),
                JsonObject.builder()
                        .put("view", summary.of())
                        .put("model", summary.model())
                        .put("summaryMac", pseudonyms.mac("summary", summary.text()))
                        .build(),
                approval.subjectKey(),
                List.of(new Input("summary", new JsonString(summary.text()), false)));
        return journal.record(actor, entry, List.of())
                .replaceWithVoid()
                .onFailure(AuditUnavailableException.class)
                .transform(failure -> refusal(
                        ProblemType.AUDIT_UNAVAILABLE,
                        "Who is shown a summary is recorded first. That did not succeed, so nothing is shown. Retry."));
    }

    private void count(String result) {
        meters.counter("writ.summaries", "result", result).increment();
    }

    private static Problem refusal(ProblemType type, String detail) {
        return new Problem(type, detail + " GET /v1/approvals/{id}/similar needs no model.");
    }

    /** Nothing of it comes from the log. */
    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    /** What was made from records that are erased is forgotten with them. */
    @Override
    public void onEntry(Recorded recorded) {
        if (Erasures.erasedBy(recorded.entry()).isPresent()) {
            synchronized (kept) {
                kept.clear();
            }
        }
    }
}
