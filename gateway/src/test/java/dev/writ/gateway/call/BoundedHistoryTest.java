package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.model.CallId;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.Past;
import dev.writ.model.ToolName;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls with large arguments cost neither memory nor time beyond what is set. */
class BoundedHistoryTest {

    private static final Instant START = Instant.parse("2026-01-02T12:00:00Z");
    private static final Identity IDENTITY = new Identity("agent-7", Identity.NOBODY);
    private static final int CALL = 64 << 10;

    private final Random random = new Random(7);
    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final List<Recorded> read = new ArrayList<>();
    private long largestPage;

    static class Settings extends PrunedHistoryTest.Settings {
        @Override
        public int historyLength() {
            return 1_000;
        }

        @Override
        public MemorySize historyCallMemory() {
            return new MemorySize(BigInteger.valueOf(CALL));
        }
    }

    private AuditReader reader() {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = method.invoke(log.reader(), arguments);
            return method.getName().equals("page")
                    ? ((Uni<?>) answer).invoke(page -> note((AuditReader.Page) page))
                    : answer;
        };
        return (AuditReader)
                Proxy.newProxyInstance(AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, handler);
    }

    private synchronized void note(AuditReader.Page page) {
        read.addAll(page.entries());
        largestPage = Math.max(largestPage, inputs(page.entries()));
    }

    private static long inputs(List<Recorded> entries) {
        return entries.stream()
                .flatMap(recorded -> recorded.entry().inputs().stream())
                .mapToLong(input -> input.value().toBytes().length)
                .sum();
    }

    private long decide(String tool, String verdict, int characters) {
        Map<Column, String> columns = columns(tool);
        columns.put(Column.VERDICT, verdict);
        JsonObject facts = JsonObject.builder()
                .put(
                        "arguments",
                        JsonObject.builder().put("text", "x".repeat(characters)).build())
                .build();
        return append(
                "DECIDED",
                columns,
                JsonObject.builder().put("mode", "execute").build(),
                new Input(CallEntries.FACTS, facts, true));
    }

    private long execute(String tool, long decided, Input input) {
        JsonObject body = JsonObject.builder()
                .put("decided", decided)
                .put("outcome", "succeeded")
                .build();
        return append("EXECUTED", columns(tool), body, input);
    }

    private Map<Column, String> columns(String tool) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, IDENTITY.agent());
        columns.put(Column.SUBJECT, IDENTITY.pseudonym());
        columns.put(Column.CALL, CallId.mint(START, random).toString());
        columns.put(Column.TOOL, tool);
        return columns;
    }

    private long append(String kind, Map<Column, String> columns, JsonObject body, Input input) {
        long index = log.tail().size();
        Entry entry = new Entry(
                kind, START.plusSeconds(index), List.of(), Set.of(), columns, body, "agent/agent-7", List.of(input));
        log.append(Draft.independent(new Settled<>(entry, entry))).await().indefinitely();
        return index;
    }

    private static Input extracts(int characters) {
        return new Input(
                CallEntries.EXTRACTS,
                JsonObject.builder().put("text", "y".repeat(characters)).build(),
                true);
    }

    private static Input result(int characters) {
        JsonObject answer = JsonObject.builder()
                .put("value", new JsonString("z".repeat(characters)))
                .build();
        return new Input(CallEntries.RESULT, answer, true);
    }

    private History read(CallConfig config) {
        return seen(new Histories(log, reader(), config));
    }

    private static History seen(Histories histories) {
        return histories.of(IDENTITY).await().indefinitely().after(List.of());
    }

    @Test
    void whatALargeCallWasAboutIsNotKeptAndRulesAboutItsToolAreInDoubt() {
        decide("mail.read", "allow", 10);
        long large = decide("mail.send", "deny", 2 * CALL);
        decide("mail.send", "allow", 10);

        History history = read(new Settings());

        assertThat(history.size()).isEqualTo(3);
        assertThat(history.weight()).isLessThan(CALL);
        assertThat(history.completeSince(ToolName.parse("mail.send"))).isAfter(START.plusSeconds(large));
        assertThat(history.completeSince(ToolName.parse("mail.read")))
                .as("the agent puts nobody in doubt about other tools")
                .isEqualTo(Instant.MIN);
        assertThat(history.completeSince()).isAfter(START.plusSeconds(large));
    }

    @Test
    void whatALargeAnswerBroughtIsNotKeptEither() {
        long call = decide("mail.read", "allow", CALL / 2);
        execute("mail.read", call, extracts(CALL / 2 + 1));

        History history = read(new Settings());

        assertThat(history.toList()).extracting(Past::extracts).containsExactly(JsonObject.empty());
        assertThat(history.completeSince()).isAfter(START.plusSeconds(call));
    }

    @Test
    void readsByPagesAndNoMoreThanADecisionSees() {
        for (int i = 0; i < 400; i++) {
            long call = decide("mail.send", "allow", CALL / 2);
            execute("mail.send", call, result(CALL));
        }

        History history = read(new Settings());

        assertThat(history.weight())
                .isLessThanOrEqualTo(new Settings().historyMemory().asLongValue());
        assertThat(history.completeSince()).isAfter(START);
        assertThat(largestPage).isLessThanOrEqualTo(2 << 20);
        assertThat(inputs(read))
                .as("of 400 calls' 12 MiB, and none of the results")
                .isLessThan(7 << 20);
    }

    @Test
    void aDecisionSeesTheSameHoweverLargeItsCallsAreAndWheneverTheyWereRead() {
        CallConfig few = new Settings() {
            @Override
            public int historyLength() {
                return 20;
            }

            @Override
            public MemorySize historyMemory() {
                return new MemorySize(BigInteger.valueOf(30_000));
            }

            @Override
            public MemorySize historyCallMemory() {
                return new MemorySize(BigInteger.valueOf(8_000));
            }
        };
        Histories early = new Histories(log, log.reader(), few);
        log.tail().subscribe(early::onEntry);
        seen(early);
        for (int i = 0; i < 150; i++) {
            long call = decide(random.nextBoolean() ? "mail.send" : "mail.read", "allow", random.nextInt(9_000));
            if (random.nextBoolean()) {
                execute(
                        log.reader()
                                .at(call)
                                .await()
                                .indefinitely()
                                .orElseThrow()
                                .entry()
                                .column(Column.TOOL)
                                .orElseThrow(),
                        call,
                        extracts(random.nextInt(5_000)));
            }
            History late = seen(new Histories(log, log.reader(), few));
            assertThat(seen(early).toList()).isEqualTo(late.toList());
            assertThat(late.weight()).isLessThanOrEqualTo(30_000);
        }
    }

    @Test
    void historiesTogetherWeighNoMoreThanTheyMay() {
        BoundedCache<String, Long> cache = new BoundedCache<>(3, 100, weight -> weight);
        cache.put("a", 60L);
        cache.put("b", 30L);
        assertThat(cache.get("a")).isEqualTo(60L);
        cache.changeIfPresent("a", before -> before + 20);
        assertThat(cache.weight()).isEqualTo(80);
        assertThat(cache.get("b")).as("not used for longest").isNull();
        cache.put("c", 1L);
        cache.put("d", 1L);
        cache.put("e", 1L);
        assertThat(cache.size()).isEqualTo(3);
        assertThat(cache.weight()).isEqualTo(3);
        cache.put("f", 500L);
        assertThat(cache.get("f")).as("one alone may weigh more").isEqualTo(500L);
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void deniedCallsCostNothingWhereItIsReadWhatAnAgentHasSeen() {
        for (int i = 0; i < 50; i++) {
            decide("mail.send", "deny", CALL);
        }
        decide("mail.send", "allow", 100);

        SightingReader.Read seen =
                new SightingReader(reader(), 512 << 10).read(IDENTITY).await().indefinitely();

        assertThat(read).hasSize(1);
        assertThat(seen.seen().written()).hasSize(1);
        assertThat(seen.last()).isEqualTo(50);
    }

    @Test
    void readsOfWhatAnAgentHasSeenNoMoreThanThereIsRoomFor() {
        for (int i = 0; i < 400; i++) {
            long call = decide("mail.send", "allow", CALL / 4);
            execute("mail.send", call, result(CALL / 2));
        }
        int room = 512 << 10;

        SightingReader.Read seen =
                new SightingReader(reader(), room).read(IDENTITY).await().indefinitely();

        assertThat(seen.seen().weight()).isBetween(room / 2L, 2L * room);
        assertThat(seen.seen().gap()).as("of what it saw, older is forgotten").isAfter(START);
        assertThat(seen.seen().forgotten()).as("and of what it wrote").isAfter(START);
        assertThat(largestPage).isLessThanOrEqualTo(1 << 20);
        assertThat(inputs(read)).as("of 400 calls' 19 MiB").isLessThan(4 << 20);
    }
}
