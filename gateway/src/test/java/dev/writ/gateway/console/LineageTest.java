package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.call.SessionTimeline;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineageTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final SessionTimeline.Words TASK =
            new SessionTimeline.Words(10, NOON, true, Optional.of("pay acme"));

    private static SessionTimeline.Call call(String id, List<Origin> origins, SessionTimeline.Step... entries) {
        return new SessionTimeline.Call(
                id,
                NOON,
                "bank.pay",
                "allow",
                Optional.empty(),
                "a test",
                Optional.of("succeeded"),
                origins,
                List.of(entries));
    }

    private static SessionTimeline.Step step(long index, String kind) {
        return new SessionTimeline.Step(index, kind);
    }

    private static Origin origin(Source source, boolean tainted, Long... seenAt) {
        return new Origin("to", source, tainted, List.of(seenAt));
    }

    private static Lineage lineage(SessionTimeline.Call... calls) {
        return Lineage.of(new SessionTimeline("s", "agent", "-", List.of(TASK), List.of(calls), true));
    }

    private static Lineage.Node from(Lineage lineage, int flow) {
        return lineage.nodes().get(lineage.flows().get(flow).from());
    }

    private static Lineage.Node to(Lineage lineage, int flow) {
        return lineage.nodes().get(lineage.flows().get(flow).to());
    }

    @Test
    void whatThePersonNamedComesFromTheTask() {
        Lineage lineage = lineage(call("a", List.of(origin(Source.USER, false, 10L)), step(11, "DECIDED")));

        assertThat(lineage.nodes())
                .extracting(Lineage.Node::kind)
                .containsExactly(Lineage.Kind.TASK, Lineage.Kind.CALL);
        assertThat(from(lineage, 0).kind()).isEqualTo(Lineage.Kind.TASK);
        assertThat(to(lineage, 0).id()).contains("a");
        assertThat(lineage.flows().get(0).part()).isEqualTo(Lineage.Part.WORDS);
        assertThat(lineage.flows().get(0).isUntrusted()).isFalse();
    }

    @Test
    void whatAToolAnsweredComesFromTheResultOfItsCall() {
        Lineage lineage = lineage(
                call("a", List.of(), step(11, "DECIDED"), step(12, "EXECUTED")),
                call("b", List.of(origin(Source.UNTRUSTED, true, 12L)), step(13, "DECIDED")));

        assertThat(from(lineage, 0).id()).contains("a");
        assertThat(to(lineage, 0).id()).contains("b");
        assertThat(lineage.flows().get(0).part()).isEqualTo(Lineage.Part.RESULT);
        assertThat(lineage.flows().get(0).isUntrusted()).isTrue();
    }

    @Test
    void whatTheAgentWroteBeforeAndWhatAnApproverWroteIsToldApart() {
        Lineage lineage = lineage(
                call("a", List.of(), step(11, "DECIDED"), step(12, "APPROVAL_GRANTED"), step(13, "DECIDED")),
                call("b", List.of(origin(Source.UNTRUSTED, false, 11L, 12L)), step(14, "DECIDED")));

        assertThat(lineage.flows())
                .extracting(Lineage.Flow::part)
                .containsExactly(Lineage.Part.ARGUMENTS, Lineage.Part.APPROVAL);
    }

    @Test
    void whatIsOfAnotherSessionIsOutside() {
        Lineage lineage = lineage(call("a", List.of(origin(Source.TRUSTED, false, 3L)), step(11, "DECIDED")));

        assertThat(from(lineage, 0).kind()).isEqualTo(Lineage.Kind.OUTSIDE);
        assertThat(from(lineage, 0).index()).contains(3L);
    }

    @Test
    void whatWasSeenNowhereIsTheModels() {
        Lineage lineage = lineage(
                call("a", List.of(origin(Source.NOWHERE, false)), step(11, "DECIDED")),
                call("b", List.of(origin(Source.NOWHERE, true)), step(12, "DECIDED")));

        assertThat(lineage.nodes()).extracting(Lineage.Node::kind).containsOnlyOnce(Lineage.Kind.NOWHERE);
        assertThat(from(lineage, 0).kind()).isEqualTo(Lineage.Kind.NOWHERE);
        assertThat(from(lineage, 1).kind()).isEqualTo(Lineage.Kind.NOWHERE);
        assertThat(lineage.flows()).extracting(Lineage.Flow::isUntrusted).containsExactly(false, true);
    }

    @Test
    void withoutOriginsNothingIsRecorded() {
        assertThat(lineage(call("a", List.of(), step(11, "DECIDED"))).isRecorded())
                .isFalse();
    }

    @Test
    void tooManyFlowsAreLeftOutAndSaidSo() {
        List<Origin> origins = IntStream.range(0, 601)
                .mapToObj(i -> new Origin("a" + i, Source.USER, false, List.of(10L)))
                .toList();

        Lineage lineage = lineage(call("a", origins, step(11, "DECIDED")));

        assertThat(lineage.flows()).hasSize(600);
        assertThat(lineage.isAll()).isFalse();
    }

    @Test
    void argumentsBetweenTheSameTwoAreOneArrowAndEachALine() {
        LineageDrawing drawing = LineageDrawing.of(lineage(call(
                "a",
                List.of(origin(Source.USER, false, 10L), new Origin("iban", Source.UNTRUSTED, true, List.of(10L))),
                step(11, "DECIDED"))));

        assertThat(drawing.arrows()).hasSize(1);
        assertThat(drawing.arrows().get(0).isUntrusted()).isTrue();
        assertThat(drawing.arrows().get(0).flows()).isEqualTo(2);
        assertThat(drawing.lines()).hasSize(2);
    }

    @Test
    void everythingIsWithinTheDrawing() {
        SessionTimeline.Call[] calls = IntStream.range(0, 200)
                .mapToObj(i -> call("c" + i, List.of(origin(Source.USER, false, 10L)), step(11 + i, "DECIDED")))
                .toArray(SessionTimeline.Call[]::new);

        LineageDrawing drawing = LineageDrawing.of(lineage(calls));

        assertThat(drawing.boxes())
                .allSatisfy(box -> assertThat(box.y() + box.height()).isLessThan(drawing.height()));
        assertThat(drawing.boxes()).extracting(LineageDrawing.Box::url).contains("/console/decisions/c199");
    }
}
