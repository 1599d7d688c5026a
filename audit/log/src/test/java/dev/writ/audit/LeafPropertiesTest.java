package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class LeafPropertiesTest {

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void everyLeafReadsAsItWasWritten(@ForAll("leaves") Leaf leaf) {
        Leaf read = Leaf.decode(leaf.bytes());

        assertThat(read.bytes()).isEqualTo(leaf.bytes());
        assertThat(read.entry()).isEqualTo(leaf.entry());
        assertThat(read.commitments()).isEqualTo(leaf.commitments());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void entriesThatDifferHaveLeavesThatDiffer(@ForAll("leaves") Leaf one, @ForAll("leaves") Leaf other) {
        boolean same = one.entry().equals(other.entry()) && one.commitments().equals(other.commitments());

        assertThat(Digest.fromBytes(one.hash()).equals(Digest.fromBytes(other.hash())))
                .isEqualTo(same);
    }

    @Provide
    Arbitrary<Leaf> leaves() {
        Arbitrary<Map<String, Commitment>> commitments =
                Arbitraries.maps(names(), commitments()).ofMaxSize(3);
        return Combinators.combine(entries(), commitments).as(Leaf::of);
    }

    private static Arbitrary<Entry> entries() {
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(-62_167_219_200_000_000L, 253_402_300_799_999_999L)
                .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        return Combinators.combine(
                        names(),
                        times,
                        names().list().uniqueElements().ofMaxSize(3),
                        names().set().ofMaxSize(3),
                        Arbitraries.maps(Arbitraries.of(Column.class), names()),
                        objects(3),
                        names())
                .as((kind, at, keys, topics, columns, body, subject) ->
                        new Entry(kind, at, keys, topics, columns, body, subject, List.of()));
    }

    private static Arbitrary<Commitment> commitments() {
        return Arbitraries.bytes().array(byte[].class).ofSize(32).map(hash -> new Commitment(Digest.fromBytes(hash)));
    }

    private static Arbitrary<JsonObject> objects(int depth) {
        return Arbitraries.maps(texts(), values(depth)).ofMaxSize(4).map(JsonObject::new);
    }

    private static Arbitrary<JsonValue> values(int depth) {
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                texts().map(JsonString::new),
                Arbitraries.longs().between(-(1L << 53), 1L << 53).map(JsonNumber::of),
                Arbitraries.bigDecimals()
                        .ofScale(5)
                        .filter(LeafPropertiesTest::isExact)
                        .map(JsonNumber::new),
                Arbitraries.of(JsonBoolean.class),
                Arbitraries.of(JsonNull.class));
        return depth == 0
                ? leaves
                : Arbitraries.frequencyOf(
                        Tuple.of(4, leaves),
                        Tuple.of(1, objects(depth - 1).map(object -> (JsonValue) object)),
                        Tuple.of(1, values(depth - 1).list().ofMaxSize(4).map(JsonArray::new)));
    }

    private static boolean isExact(BigDecimal number) {
        return number.precision() <= 15;
    }

    /** Any text without lone surrogates. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .all()
                .ofMaxLength(20)
                .filter(text -> text.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE));
    }

    private static Arbitrary<String> names() {
        return texts().map(text -> text.codePoints()
                        .filter(point -> !Character.isISOControl(point))
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .filter(name -> !name.isEmpty());
    }
}
