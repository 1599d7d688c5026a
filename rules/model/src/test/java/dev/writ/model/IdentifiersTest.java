package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Call ids, tool names and digests: each has one written form. */
final class IdentifiersTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");

    @Test
    void callIdsAreUuidsOfVersion7() {
        UUID id = CallId.mint(NOW, new Random(1)).value();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void callIdsSortByTime() {
        Random random = new Random(1);
        String earlier = CallId.mint(NOW, random).toString();
        assertThat(CallId.mint(NOW.plusMillis(1), random).toString()).isGreaterThan(earlier);
    }

    @Test
    void callIdsOfOneMomentDiffer() {
        Random random = new Random(1);
        assertThat(CallId.mint(NOW, random)).isNotEqualTo(CallId.mint(NOW, random));
    }

    @Test
    void callIdsAreReadAsTheyAreWritten() {
        CallId id = CallId.mint(NOW, new Random(1));
        assertThat(CallId.parse(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "01a1fd48-c194-71f4-a1e3-018fe13f4b9",
                "01A1FD48-C194-71F4-A1E3-018FE13F4B92",
                "1a1fd48-c194-71f4-a1e3-018fe13f4b92",
                "01a1fd48-c194-41f4-a1e3-018fe13f4b92",
                "01a1fd48-c194-71f4-21e3-018fe13f4b92",
                "01a1fd48-c194-71f4-e1e3-018fe13f4b92",
                "01a1fd48c19471f4a1e3018fe13f4b92",
                "01a1fd48-c194-71f4-a1e3-018fe13f4b92 "
            })
    void callIdsHaveNoOtherForm(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CallId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"billing.refund", "a", "0", "a-b_c.d", "mail.send2"})
    void toolNamesAreLowerCaseWords(String name) {
        assertThat(ToolName.parse(name)).hasToString(name);
        assertThat(ToolName.isWellFormed(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Billing", "bank transfer", ".a", "-a", "_a", "a/b", "a\n", "\u00e4", "a\u0000"})
    void toolNamesAreNothingElse(String name) {
        assertThat(ToolName.isWellFormed(name)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> ToolName.parse(name));
    }

    @Test
    void toolNamesAreOfBoundedLength() {
        assertThat(ToolName.parse("a".repeat(128))).asString().hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> ToolName.parse("a".repeat(129)));
    }

    @Test
    void toolNamesSayWhatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolName.parse("Bank Transfer"))
                .withMessage("tool name 'Bank Transfer': lower-case letters, digits, '.', '_', '-', 128 at most");
    }

    @Test
    void toolNamesQuoteNoControlCharactersAndNotEverything() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolName.parse("A\r\n\u001b[31m" + "x".repeat(1_000)))
                .satisfies(refused -> assertThat(refused.getMessage())
                        .doesNotContain("\r", "\n", "\u001b")
                        .hasSizeLessThan(160));
    }

    /** FIPS 180-4, appendix of examples: {@code abc}. */
    @Test
    void digestsAreSha256() {
        Digest digest = Digest.of("abc".getBytes(StandardCharsets.US_ASCII));
        assertThat(digest).hasToString("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Digest.fromBytes(digest.bytes())).isEqualTo(digest);
        assertThat(digest.bytes()).hasSize(32);
    }

    @Test
    void digestsOfValuesAreOfTheirCanonicalForm() {
        assertThat(Digest.of(JsonValue.parse("{ \"b\": 1.0, \"a\": [] }")))
                .isEqualTo(Digest.of("{\"a\":[],\"b\":1}".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "sha256:ba7816bf",
                "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0"
            })
    void digestsHaveNoOtherForm(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Digest(text));
    }
}
