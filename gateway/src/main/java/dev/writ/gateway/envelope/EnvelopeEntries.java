package dev.writ.gateway.envelope;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Voice;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Party;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The entries of an envelope, written and read. Entries once written stay as they are: members may be added, never changed. */
final class EnvelopeEntries {

    static final String PROPOSED = "ENVELOPE_PROPOSED";
    static final String CONSENTED = "ENVELOPE_CONSENTED";
    static final String NARROWED = "ENVELOPE_NARROWED";
    static final String REVOKED = "ENVELOPE_REVOKED";

    /** Every kind that tells something of an envelope, but for the decisions that rest on one. */
    static final Set<String> KINDS = Set.of(PROPOSED, CONSENTED, NARROWED, REVOKED);

    private static final String ASKED = "asked";
    private static final String FURTHER = "further";
    private static final String TERMS = "terms";
    private static final String REASON = "reason";

    private EnvelopeEntries() {}

    static String key(String id) {
        return "envelope/" + id;
    }

    /** Held by the decision that is that use of it. */
    static String useKey(String id, int number) {
        return "envelope-use/" + id + "/" + number;
    }

    static String revokedKey(String id) {
        return "envelope-revoked/" + id;
    }

    private static String consentKey(String id, String approver) {
        return "envelope-consent/" + id + "/" + approver;
    }

    /** @param envelope without any consent */
    static Entry proposed(Envelope envelope, Approver by, Voice voice, Duration waited, String reason, Instant at) {
        Target target = envelope.target();
        JsonObject.Builder body = JsonObject.builder()
                .put("definition", target.definition())
                .put("ruleDigest", target.ruleDigest())
                .put(ASKED, target.group())
                .put("approvals", target.approvals());
        if (!target.further().isEmpty()) {
            body.put(
                    FURTHER,
                    new JsonArray(target.further().entrySet().stream()
                            .<JsonValue>map(one -> JsonObject.builder()
                                    .put("group", one.getKey())
                                    .put("from", one.getValue().toString())
                                    .build())
                            .toList()));
        }
        consent(body, by, voice, waited);
        extent(body, envelope);
        return entry(
                PROPOSED,
                envelope,
                List.of(key(envelope.id()), consentKey(envelope.id(), by.name())),
                body,
                envelope.terms(),
                Optional.of(reason),
                at);
    }

    static Entry consented(Envelope envelope, Approver by, Voice voice, Duration waited, String reason, Instant at) {
        JsonObject.Builder body = JsonObject.builder();
        consent(body, by, voice, waited);
        return entry(
                CONSENTED,
                envelope,
                List.of(consentKey(envelope.id(), by.name())),
                body,
                Optional.empty(),
                Optional.of(reason),
                at);
    }

    /** @param envelope as it is from now on */
    static Entry narrowed(Envelope envelope, String reason, Instant at) {
        JsonObject.Builder body = JsonObject.builder();
        extent(body, envelope);
        return entry(NARROWED, envelope, List.of(), body, envelope.terms(), Optional.of(reason), at);
    }

    static Entry revoked(Envelope envelope, String reason, Instant at) {
        return entry(
                REVOKED,
                envelope,
                List.of(revokedKey(envelope.id())),
                JsonObject.builder().put("used", envelope.used()),
                Optional.empty(),
                Optional.of(reason),
                at);
    }

    private static void consent(JsonObject.Builder body, Approver by, Voice voice, Duration waited) {
        body.put("assurance", by.principal().assurance())
                .put("person", by.person())
                .put("group", voice.group())
                .put("waited", waited.toString())
                .put(
                        "stakes",
                        JsonArray.ofTexts(voice.stakes().stream()
                                .map(Party::text)
                                .sorted()
                                .toList()));
        voice.lent()
                .ifPresent(lent -> body.put("for", lent.lender())
                        .put("delegation", lent.delegation())
                        .put("forPerson", lent.person())
                        .put("forClient", lent.client()));
    }

    private static void extent(JsonObject.Builder body, Envelope envelope) {
        body.put("uses", envelope.uses()).put("until", envelope.until().toString());
    }

    private static Entry entry(
            String kind,
            Envelope envelope,
            List<String> keys,
            JsonObject.Builder body,
            Optional<Terms> terms,
            Optional<String> reason,
            Instant at) {
        Target target = envelope.target();
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.CALL, envelope.call());
        columns.put(Column.AGENT, target.agent());
        columns.put(Column.SUBJECT, target.subject());
        columns.put(Column.TOOL, target.tool().value());
        columns.put(Column.RULE, target.rule());
        List<Input> inputs = new ArrayList<>();
        // Every replica compares calls with them.
        terms.ifPresent(these -> inputs.add(new Input(TERMS, these.toJson(), true)));
        reason.ifPresent(text -> inputs.add(new Input(REASON, new JsonString(text), false)));
        return new Entry(
                kind,
                at,
                keys,
                Set.of(Topics.envelopes(target.agent())),
                columns,
                body.put("envelope", envelope.id()).build(),
                envelope.subjectKey(),
                inputs);
    }

    /** The envelope that this entry proposes, with the consent of whoever did; empty if it proposes none. */
    static Optional<Envelope> proposedBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(PROPOSED)) {
            return Optional.empty();
        }
        JsonObject body = entry.body();
        Target target = new Target(
                entry.column(Column.AGENT).orElseThrow(),
                entry.column(Column.SUBJECT).orElseThrow(),
                ToolName.parse(entry.column(Column.TOOL).orElseThrow()),
                body.text("definition").orElseThrow(),
                entry.column(Column.RULE).orElseThrow(),
                body.text("ruleDigest").orElseThrow(),
                body.text(ASKED).orElseThrow(),
                further(body),
                body.number("approvals").orElseThrow().intValueExact());
        return Optional.of(new Envelope(
                body.text("envelope").orElseThrow(),
                entry.column(Column.CALL).orElseThrow(),
                entry.subjectKey(),
                target,
                uses(entry),
                entry.at(),
                until(entry),
                terms(entry),
                List.of(consent(recorded)),
                0,
                Optional.empty(),
                recorded.index(),
                recorded.index()));
    }

    private static Map<String, Instant> further(JsonObject body) {
        return body.array(FURTHER).map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .collect(Collectors.toMap(
                        one -> one.text("group").orElseThrow(),
                        one -> Instant.parse(one.text("from").orElseThrow())));
    }

    static Consent consent(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return new Consent(
                recorded.index(),
                body.text("actor").orElseThrow(),
                body.text("client").orElseThrow(),
                body.text("person"),
                body.text("group").orElseThrow(),
                body.array("stakes").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Party::parse)
                        .collect(Collectors.toSet()),
                Duration.parse(body.text("waited").orElseThrow()),
                body.text("for")
                        .map(lender -> new Voice.Lent(
                                body.text("delegation").orElseThrow(),
                                lender,
                                body.text("forPerson"),
                                body.text("forClient").orElseThrow())),
                recorded.entry().at());
    }

    /** Empty where they were erased or not read. */
    static Optional<Terms> terms(Entry entry) {
        return entry.input(TERMS).filter(JsonObject.class::isInstance).map(terms -> Terms.fromJson((JsonObject) terms));
    }

    static int uses(Entry entry) {
        return entry.body().number("uses").orElseThrow().intValueExact();
    }

    static Instant until(Entry entry) {
        return Instant.parse(entry.body().text("until").orElseThrow());
    }

    static Envelope.Revocation revocation(Entry entry) {
        return new Envelope.Revocation(
                entry.body().text("actor").orElseThrow(),
                entry.at(),
                entry.input(REASON).filter(JsonString.class::isInstance).map(text -> ((JsonString) text).value()));
    }

    static boolean isOf(Entry entry, String id) {
        return KINDS.contains(entry.kind())
                && entry.body().text("envelope").filter(id::equals).isPresent();
    }

    /** Which use of that envelope this entry is; 0 if it is none. */
    static int usedBy(Entry entry, String id) {
        String prefix = "envelope-use/" + id + "/";
        return entry.keys().stream()
                .filter(key -> key.startsWith(prefix))
                .mapToInt(key -> Integer.parseInt(key.substring(prefix.length())))
                .max()
                .orElse(0);
    }
}
