package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.origin.OriginConfig;
import dev.writ.gateway.origin.SeenTexts;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What happens while texts are read from the log. The tail is delivered by hand, since it may lag behind what is read. */
class SeenCacheTest {

    private static final Instant START = Instant.parse("2026-01-02T12:00:00Z");
    private static final String PERSON = "person-1";
    private static final Identity IDENTITY = new Identity("agent-7", PERSON);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Random random = new Random(7);
    private final InMemoryAuditLog log = InMemoryAuditLog.create();

    /** Pages as the log had them when they were asked for, which nobody has got yet. */
    private final Queue<UniEmitter<?>> held = new ConcurrentLinkedQueue<>();

    private final List<Recorded> read = new ArrayList<>();
    private final Queue<Recorded> tail = new ConcurrentLinkedQueue<>();
    private final SeenCache<Identity> seen =
            new SeenCache<>(new Settings(), new Sightings.OfIdentity(new SightingReader(holdingReader(), 512 << 10)));
    private final SeenCache<String> wrote =
            new SeenCache<>(new Settings(), new Writings.OfPerson(new SightingReader(holdingReader(), 512 << 10)));

    SeenCacheTest() {
        log.tail().subscribe(tail::add);
    }

    private static class Settings implements OriginConfig {
        @Override
        public MemorySize memory() {
            return new MemorySize(BigInteger.valueOf(512 << 10));
        }

        @Override
        public MemorySize totalMemory() {
            return new MemorySize(BigInteger.valueOf(1 << 24));
        }

        @Override
        public int identities() {
            return 10;
        }

        @Override
        public Duration horizon() {
            return Duration.ofDays(7);
        }
    }

    private AuditReader holdingReader() {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = method.invoke(log.reader(), arguments);
            return method.getName().equals("page")
                    ? held((AuditReader.Page) ((Uni<?>) answer).await().indefinitely())
                    : answer;
        };
        return (AuditReader)
                Proxy.newProxyInstance(AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, handler);
    }

    private synchronized Uni<AuditReader.Page> held(AuditReader.Page page) {
        read.addAll(page.entries());
        return Uni.createFrom().<AuditReader.Page>emitter(held::add).replaceWith(page);
    }

    private void letGo() {
        await().atMost(LONG).until(() -> !held.isEmpty());
        held.remove().complete(null);
    }

    private void deliver() {
        for (Recorded next = tail.poll(); next != null; next = tail.poll()) {
            seen.onEntry(next);
            wrote.onEntry(next);
        }
    }

    private static UniAssertSubscriber<Void> begin(Uni<Void> filled) {
        return filled.subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private SeenTexts seen() {
        return seen.of(IDENTITY, List.of());
    }

    private void append(String kind, String agent, String person, JsonObject body, List<Input> inputs) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, agent);
        columns.put(Column.SUBJECT, person);
        columns.put(Column.CALL, CallId.mint(START, random).toString());
        columns.put(Column.TOOL, "mail.send");
        if (kind.equals(CallEntries.DECIDED)) {
            columns.put(Column.VERDICT, body.text("verdict").orElse("allow"));
        }
        Instant at = START.plusSeconds(log.tail().size());
        Entry entry = new Entry(kind, at, List.of(), Set.of(), columns, body, "person/" + person, inputs);
        log.append(Draft.independent(new Settled<>(entry, entry))).await().atMost(LONG);
    }

    private static JsonObject origin(String argument, String source, boolean tainted) {
        return JsonObject.builder()
                .put("argument", argument)
                .put("source", source)
                .put("tainted", tainted)
                .put("seenAt", new JsonArray(List.of()))
                .build();
    }

    private void decide(String agent, String person, String verdict, String text) {
        decide(agent, person, verdict, text, List.of(origin("text", "nowhere", false)));
    }

    private void decide(String agent, String person, String verdict, String text, List<JsonObject> origins) {
        JsonObject body = JsonObject.builder()
                .put("mode", "execute")
                .put("verdict", verdict)
                .put("origins", new JsonArray(List.copyOf(origins)))
                .build();
        JsonObject arguments = JsonObject.builder().put("text", text).build();
        JsonObject facts = JsonObject.builder().put("arguments", arguments).build();
        append(CallEntries.DECIDED, agent, person, body, List.of(new Input(CallEntries.FACTS, facts, true)));
    }

    private void decide(String text) {
        decide(IDENTITY.agent(), PERSON, "allow", text);
    }

    private static List<Input> answer(String text) {
        JsonObject answer =
                JsonObject.builder().put("value", new JsonString(text)).build();
        return List.of(new Input(CallEntries.RESULT, answer, true));
    }

    private static JsonObject.Builder ended() {
        return JsonObject.builder().put("decided", 0L).put("outcome", "succeeded");
    }

    private void execute(String text) {
        append(CallEntries.EXECUTED, IDENTITY.agent(), PERSON, ended().build(), answer(text));
    }

    private void erase() {
        JsonObject body =
                JsonObject.builder().put("subjectKey", IDENTITY.subjectKey()).build();
        append("ERASURE", "-", PERSON, body, List.of());
    }

    @Test
    void whatIsAddedWhileItsPageIsReadIsThereAfterwards() {
        decide("the first text");
        UniAssertSubscriber<Void> filled = begin(seen.fill(IDENTITY));
        letGo();
        await().atMost(LONG).until(() -> !held.isEmpty());
        decide("the second text");
        execute("an answer");
        deliver();
        letGo();
        filled.awaitItem(LONG);

        assertThat(seen().written()).hasSize(2);
        assertThat(seen().read()).hasSize(1);
    }

    @Test
    void whatTheTailDeliversLateIsThereThoughSomethingYoungerOfTheOtherKindWasRead() {
        UniAssertSubscriber<Void> filled = begin(seen.fill(IDENTITY));
        await().atMost(LONG).until(() -> !held.isEmpty());
        execute("an answer");
        decide("a text");
        letGo();
        letGo();
        filled.awaitItem(LONG);
        assertThat(seen().written()).as("read").hasSize(1);
        assertThat(seen().read()).as("not read").isEmpty();

        deliver();

        assertThat(seen().read()).hasSize(1);
        assertThat(seen().written()).as("and nothing twice").hasSize(1);
    }

    @Test
    void whatHappenedSinceCountsOnceWhetherOrNotItHasArrived() {
        UniAssertSubscriber<Void> filled = begin(seen.fill(IDENTITY));
        letGo();
        letGo();
        filled.awaitItem(LONG);
        decide("a text");
        List<Recorded> since = List.copyOf(tail);

        assertThat(seen.of(IDENTITY, since).written()).hasSize(1);
        deliver();
        assertThat(seen.of(IDENTITY, since).written()).hasSize(1);
    }

    @Test
    void whatWasReadOfAPersonWhoWasErasedMeanwhileIsNotKept() {
        decide("a text");
        deliver();
        UniAssertSubscriber<Void> filled = begin(seen.fill(IDENTITY));
        UniAssertSubscriber<Void> filledOfPerson = begin(wrote.fill(PERSON));
        letGo();
        letGo();
        await().atMost(LONG).until(() -> !held.isEmpty());
        erase();
        deliver();
        letGo();
        filled.awaitItem(LONG);
        filledOfPerson.awaitItem(LONG);

        assertThat(seen()).isEqualTo(SeenTexts.UNKNOWN);
        assertThat(wrote.of(PERSON, List.of())).isEqualTo(SeenTexts.UNKNOWN);
        assertThat(seen.weight() + wrote.weight()).isZero();
    }

    @Test
    void whatWasReadBeforeResultsExpiredOrWerePrunedIsNotKept() {
        for (String kind : List.of("RESULTS_EXPIRED", "PRUNE")) {
            execute("an answer");
            deliver();
            UniAssertSubscriber<Void> before = begin(seen.fill(IDENTITY));
            await().atMost(LONG).until(() -> !held.isEmpty());
            append(kind, "-", "-", JsonObject.empty(), List.of());
            deliver();
            UniAssertSubscriber<Void> after = begin(seen.fill(IDENTITY));
            letGo();
            letGo();
            letGo();
            letGo();
            before.awaitItem(LONG);
            after.awaitItem(LONG);
            assertThat(seen().gap()).as("of the reading after it").isNotEqualTo(Instant.MAX);

            append(kind, "-", "-", JsonObject.empty(), List.of());
            deliver();
            assertThat(seen()).as(kind).isEqualTo(SeenTexts.UNKNOWN);
        }
    }

    @Test
    void aReadingFromBeforeResultsExpiredIsNotKept() {
        execute("an answer");
        deliver();
        UniAssertSubscriber<Void> filled = begin(seen.fill(IDENTITY));
        await().atMost(LONG).until(() -> !held.isEmpty());
        append("RESULTS_EXPIRED", "-", "-", JsonObject.empty(), List.of());
        deliver();
        letGo();
        letGo();
        filled.awaitItem(LONG);

        assertThat(seen()).isEqualTo(SeenTexts.UNKNOWN);
    }

    @Test
    void whatAReporterSawIsReadFromTheLogToo() {
        append(
                CallEntries.REPORTED,
                IDENTITY.agent(),
                PERSON,
                ended().put("by", "reporter").build(),
                answer("an answer"));
        append(
                CallEntries.REPORTED,
                IDENTITY.agent(),
                PERSON,
                ended().put("by", "agent").build(),
                answer("a claim"));
        UniAssertSubscriber<Void> filled = begin(seen.fill(IDENTITY));
        letGo();
        letGo();
        filled.awaitItem(LONG);

        assertThat(seen().read()).hasSize(1);
    }

    @Test
    void ofWhatAPersonsAgentsWroteOnlyWhatWasAllowedIsRead() {
        decide("agent-1", PERSON, "allow", "what one agent wrote");
        decide("agent-2", PERSON, "allow", "what another agent wrote");
        decide("agent-2", PERSON, "deny", "what it might have written");
        decide("agent-2", "person-2", "allow", "what it wrote for somebody else");
        execute("an answer");
        UniAssertSubscriber<Void> filled = begin(wrote.fill(PERSON));
        letGo();
        filled.awaitItem(LONG);

        assertThat(wrote.of(PERSON, List.of()).written()).hasSize(2);
        assertThat(read).hasSize(2);
    }

    /** An outsider may put an account into a mail whose sender the person spoke of. */
    @Test
    void whatAnAgentWroteIsForeignUnlessAllOfItsOriginsAreGood() {
        decide("agent-1", PERSON, "allow", "what was referred to", List.of(origin("text", "referred", true)));
        decide(
                "agent-1",
                PERSON,
                "allow",
                "what was trusted and tainted",
                List.of(origin("text", "trusted", false), origin("text", "referred", true)));
        decide("agent-1", PERSON, "allow", "what no schema names", List.of(origin("other", "untrusted", false)));
        decide("agent-1", PERSON, "allow", "what the person said", List.of(origin("text", "user", false)));
        UniAssertSubscriber<Void> filled = begin(wrote.fill(PERSON));
        letGo();
        filled.awaitItem(LONG);

        assertThat(wrote.of(PERSON, List.of()).written()).hasSize(3);
    }

    @Test
    void whatWasOnlyDecidedLongAgoLeavesAGapThoughItIsNotRead() {
        for (int i = 0; i < 400; i++) {
            decide("words ".repeat(4_000));
        }
        begin(seen.fill(IDENTITY));
        await().atMost(LONG).until(() -> {
            if (!held.isEmpty()) {
                held.remove().complete(null);
            }
            return seen.size() == 1;
        });

        assertThat(seen().gap())
                .as("a call among the older ones may have been decided only")
                .isAfter(START);
    }

    @Test
    void ofWhatAPersonsAgentsWroteNoMoreIsReadThanThereIsRoomFor() {
        for (int i = 0; i < 400; i++) {
            decide("agent-" + i % 3, PERSON, "allow", "words ".repeat(4_000));
        }
        begin(wrote.fill(PERSON));
        await().atMost(LONG).until(() -> {
            if (!held.isEmpty()) {
                held.remove().complete(null);
            }
            return wrote.size() == 1;
        });

        SeenTexts texts = wrote.of(PERSON, List.of());
        assertThat(texts.weight()).isLessThanOrEqualTo(512 << 10);
        assertThat(texts.forgotten()).as("older is forgotten").isAfter(START);
        assertThat(read.size()).isLessThan(350);
    }
}
