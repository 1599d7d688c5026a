package dev.writ.gateway.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Voice;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.EnvelopeUse;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Principal;
import dev.writ.model.Requirement;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeldTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Digest RULE = Digest.of(new byte[] {1});
    private static final ToolDefinition PAY = tool("pays");
    private static final Set<String> NOT_REVOKED = Set.of();

    private Instant now = NOON;
    private final InstantSource clock = () -> now;
    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final Journal journal = Auditing.journal(log, clock);
    private final Erasures erasures = Auditing.erasures(log);
    private final Envelopes envelopes = loaded();
    private final Approver jd = approver("jd");

    private static ToolDefinition tool(String description) {
        return new ToolDefinition(ToolName.parse("bank.pay"), "bank", description, JsonObject.empty(), false);
    }

    private static Approver approver(String name) {
        Principal principal =
                new Principal(name, Optional.empty(), "key-of-" + name, List.of(), Set.of(Role.APPROVER), "api-key");
        return new Approver(principal, Set.of("finance"), "pseudonym-of-" + name, Optional.empty());
    }

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }

    private Envelopes loaded() {
        Envelopes follower =
                new Envelopes(Auditing.state(log.reader()), log.reader(), erasures, Witnessing.notRequired(), clock);
        log.tail().subscribe(follower::onEntry);
        await(follower.load());
        return follower;
    }

    private static <T> T await(Uni<T> asked) {
        return asked.await().indefinitely();
    }

    /** By somebody's own right. */
    private static Voice own() {
        return voice(Optional.empty());
    }

    private static Voice voice(Optional<Voice.Lent> lent) {
        Ask ask = new Ask("large", "why", new Requirement("finance", 1, HOUR), NOON.plus(HOUR), Optional.empty());
        return new Voice(ask, "finance", Set.of(), lent, 1);
    }

    /** An envelope for payments to acme of up to 500. */
    private Envelope propose(int uses, int approvals) {
        return propose(uses, approvals, own());
    }

    private Envelope propose(int uses, int approvals, Voice voice) {
        Target target = new Target(
                "support",
                "ann",
                PAY.name(),
                PAY.digest().value(),
                "large",
                RULE.value(),
                "finance",
                Map.of(),
                approvals);
        Terms terms = Terms.around(
                json("{\"to\":\"acme\",\"amount\":480}"),
                List.of(json("{\"path\":\"/amount\",\"from\":1,\"to\":500}")));
        Envelope envelope = new Envelope(
                CallId.mint(now, new Random()).toString(),
                CallId.mint(now, new Random()).toString(),
                "person/ann",
                target,
                uses,
                now,
                now.plus(HOUR),
                Optional.of(terms),
                List.of(),
                0,
                Optional.empty(),
                -1,
                -1);
        record(jd, EnvelopeEntries.proposed(envelope, jd, voice, Duration.ZERO, "fine", now));
        return envelopes.known("support", envelope.id()).orElseThrow();
    }

    private Recorded record(Approver by, Entry entry) {
        return await(journal.record(Actor.of(by.principal()), entry, List.of()))
                .fold(created -> created.recorded(), existing -> {
                    throw new AssertionError("it was there");
                });
    }

    /** What the path of a call writes of a use. */
    private Recorded use(String envelope, int number) {
        Entry entry = new Entry(
                "DECIDED",
                now,
                List.of(EnvelopeEntries.useKey(envelope, number)),
                Set.of(Topics.envelopes("support")),
                Map.of(Column.AGENT, "support"),
                JsonObject.empty(),
                "person/ann",
                List.of());
        return await(log.append(Draft.independent(new Settled<>(entry, entry))))
                .fold(created -> created.recorded(), existing -> {
                    throw new AssertionError("it was there");
                });
    }

    private Facts facts(ToolDefinition tool, String arguments, Grant... grants) {
        Principal principal =
                new Principal("support", Optional.of("Ann"), "key", List.of(), Set.of(Role.AGENT), "api-key");
        ToolCall call = new ToolCall(
                CallId.mint(now, new Random()),
                Optional.empty(),
                tool.name(),
                json(arguments),
                Optional.empty(),
                Optional.empty());
        return new Facts(call, principal, tool, History.empty(), List.of(grants), now);
    }

    private Facts payment() {
        return facts(PAY, "{\"to\":\"acme\",\"amount\":300}");
    }

    private static List<Grant> grants(Held held, Facts facts, Recorded... since) {
        return held.grants(facts, "ann", rule -> Optional.of(RULE), NOT_REVOKED::contains, List.of(since));
    }

    private Held held() {
        return envelopes.of("support");
    }

    @Test
    void grantsItsNextUseToACallInside() {
        Envelope envelope = propose(3, 1);
        use(envelope.id(), 1);

        assertThat(grants(held(), payment())).singleElement().satisfies(grant -> {
            assertThat(grant.envelope()).contains(new EnvelopeUse(envelope.id(), 2));
            assertThat(grant.approver()).isEqualTo("jd");
            assertThat(grant.rule()).isEqualTo("large");
        });
    }

    @Test
    void grantsNothingToACallOutside() {
        propose(3, 1);

        assertThat(grants(held(), facts(PAY, "{\"to\":\"acme\",\"amount\":501}")))
                .isEmpty();
        assertThat(grants(held(), facts(PAY, "{\"to\":\"eve\",\"amount\":300}")))
                .isEmpty();
    }

    @Test
    void isOfNoOtherAgentPersonToolDefinitionOrRule() {
        propose(3, 1);

        assertThat(grants(envelopes.of("sales"), payment())).isEmpty();
        assertThat(held().grants(payment(), "ben", rule -> Optional.of(RULE), NOT_REVOKED::contains, List.of()))
                .isEmpty();
        assertThat(grants(held(), facts(tool("pays twice"), "{\"to\":\"acme\",\"amount\":300}")))
                .isEmpty();
        assertThat(held().grants(
                                payment(),
                                "ann",
                                rule -> Optional.of(Digest.of(new byte[] {2})),
                                NOT_REVOKED::contains,
                                List.of()))
                .isEmpty();
        assertThat(held().grants(payment(), "ann", rule -> Optional.empty(), NOT_REVOKED::contains, List.of()))
                .isEmpty();
    }

    @Test
    void grantsNothingOnceItsTimeIsOverThoughTheCallCameBefore() {
        propose(3, 1);
        Facts inTime = payment();
        Held gathered = held();

        now = NOON.plus(HOUR);

        assertThat(grants(gathered, inTime)).isEmpty();
    }

    @Test
    void grantsNothingIfItWasRevokedSince() {
        Envelope envelope = propose(3, 1);
        Held gathered = held();

        Recorded revoked = record(jd, EnvelopeEntries.revoked(envelope, "no more", now));

        assertThat(grants(gathered, payment())).hasSize(1);
        assertThat(grants(gathered, payment(), revoked)).isEmpty();
        assertThat(grants(held(), payment())).isEmpty();
    }

    @Test
    void countsWhatWasUsedSinceOnce() {
        Envelope envelope = propose(2, 1);
        Held before = held();
        Recorded first = use(envelope.id(), 1);
        Held after = held();

        assertThat(grants(before, payment(), first).get(0).envelope()).contains(new EnvelopeUse(envelope.id(), 2));
        assertThat(grants(after, payment(), first).get(0).envelope()).contains(new EnvelopeUse(envelope.id(), 2));
        assertThat(grants(before, payment(), first, use(envelope.id(), 2))).isEmpty();
    }

    @Test
    void grantsNothingIfAKeyThatItWasGivenWithIsRevoked() {
        propose(3, 1);

        assertThat(held().topics()).contains(Topics.key("key-of-jd"), Topics.envelopes("support"));
        assertThat(held().grants(payment(), "ann", rule -> Optional.of(RULE), "key-of-jd"::equals, List.of()))
                .isEmpty();
    }

    @Test
    void grantsNothingIfTheKeyOfWhomTheApproverStoodForIsRevoked() {
        propose(3, 1, voice(Optional.of(new Voice.Lent("d", "lee", Optional.empty(), "key-of-lee"))));

        assertThat(grants(held(), payment()))
                .singleElement()
                .satisfies(grant -> assertThat(grant.clients()).containsExactly("key-of-jd", "key-of-lee"));
        assertThat(held().topics()).contains(Topics.key("key-of-jd"), Topics.key("key-of-lee"));
        assertThat(held().grants(payment(), "ann", rule -> Optional.of(RULE), "key-of-lee"::equals, List.of()))
                .isEmpty();
    }

    @Test
    void grantsNothingAsLongAsAConsentIsMissing() {
        Envelope envelope = propose(3, 2);
        assertThat(grants(held(), payment())).isEmpty();

        record(approver("mk"), EnvelopeEntries.consented(envelope, approver("mk"), own(), Duration.ZERO, "fine", now));

        assertThat(grants(held(), payment())).extracting(Grant::approver).containsExactly("jd", "mk");
    }

    @Test
    void grantsNothingWherePeopleWereAskedForThisCallAlone() {
        propose(3, 1);
        Grant given = new Grant(1, "large", "finance", "mk", "key-of-mk", Set.of(), now.plus(HOUR));

        assertThat(grants(held(), facts(PAY, "{\"to\":\"acme\",\"amount\":300}", given)))
                .isEmpty();
    }

    @Test
    void aSecondOneOfTheSameRuleIsNotMixedWithTheFirst() {
        propose(3, 2);
        propose(3, 2);
        assertThat(grants(held(), payment())).isEmpty();

        propose(3, 1);
        Envelope newest = propose(3, 1);

        assertThat(grants(held(), payment()))
                .singleElement()
                .satisfies(grant -> assertThat(grant.envelope()).contains(new EnvelopeUse(newest.id(), 1)));
    }

    @Test
    void endsWhenItsSubjectIsErased() {
        propose(3, 1);
        Held gathered = held();
        Entry erasure = new Entry(
                Erasures.KIND,
                now,
                List.of(),
                Set.of(Topics.subject("person/ann")),
                Map.of(),
                JsonObject.builder().put("subjectKey", "person/ann").build(),
                "writ",
                List.of());

        Recorded erased = record(jd, erasure);

        assertThat(grants(gathered, payment(), erased)).isEmpty();
        assertThat(grants(held(), payment())).isEmpty();
    }

    @Test
    void aReplicaThatStartsKnowsTheSame() {
        Envelope envelope = propose(20, 1);
        for (int number = 1; number <= 13; number++) {
            use(envelope.id(), number);
        }
        Envelope revoked = propose(3, 1);
        record(jd, EnvelopeEntries.revoked(revoked, "no more", now));
        Envelope narrow = propose(3, 1);
        record(
                jd,
                EnvelopeEntries.narrowed(
                        narrow.within(2, now.plusSeconds(60), narrow.terms().orElseThrow()), "less", now));

        Envelopes other = loaded();

        assertThat(other.all("support")).isEqualTo(envelopes.all("support")).hasSize(2);
        assertThat(other.known("support", envelope.id()).orElseThrow().used()).isEqualTo(13);
        assertThat(other.known("support", narrow.id()).orElseThrow().uses()).isEqualTo(2);
    }

    @Test
    void whatArrivesWhileTheLogIsReadIsNotLost() {
        Envelope envelope = propose(3, 1);
        Envelopes starting =
                new Envelopes(Auditing.state(log.reader()), log.reader(), erasures, Witnessing.notRequired(), clock);
        log.tail().subscribe(starting::onEntry);

        Recorded first = use(envelope.id(), 1);
        record(jd, EnvelopeEntries.revoked(propose(1, 1), "no more", now));
        await(starting.load());
        starting.onEntry(first);

        assertThat(starting.all("support")).isEqualTo(envelopes.all("support"));
        assertThat(starting.known("support", envelope.id()).orElseThrow().used())
                .isEqualTo(1);
    }

    @Test
    void keepsTheLogFromBeingPrunedBelowIt() {
        assertThat(await(envelopes.need())).isEmpty();

        Envelope oldest = propose(3, 1);
        propose(3, 1);

        assertThat(await(envelopes.need()))
                .hasValueSatisfying(need -> assertThat(need.from()).isEqualTo(oldest.index()));
        now = NOON.plus(HOUR);
        assertThat(await(envelopes.need())).isEmpty();
    }
}
