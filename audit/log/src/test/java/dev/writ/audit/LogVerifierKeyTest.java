package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogVerifierKeyTest {

    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());
    private static final LogVerifierKey KEY = SIGNER.verifierKey();
    private static final String ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    private static final String BODY = "log.test\n7\n" + ROOT + "\n";

    @Test
    void acceptsACheckpoint() {
        Checkpoint checkpoint = KEY.verify(signed(BODY));

        assertThat(checkpoint.origin()).isEqualTo("log.test");
        assertThat(checkpoint.size()).isEqualTo(7);
        assertThat(checkpoint.note()).isEqualTo(signed(BODY));
    }

    @Test
    void ignoresSignaturesOfOthers() {
        String witness = LogSigner.generate("witness.test", new SecureRandom())
                .sign(BODY)
                .signatures()
                .get(0)
                .toText();
        String sameName = LogSigner.generate("log.test", new SecureRandom())
                .sign(BODY)
                .signatures()
                .get(0)
                .toText();

        assertThat(KEY.verify(signed(BODY) + witness + sameName).size()).isEqualTo(7);
        assertThat(KEY.verify(BODY + "\n" + witness.repeat(20) + mine(BODY)).size())
                .isEqualTo(7);
    }

    @Test
    void refusesANoteWithoutItsOwnSignature() {
        String other =
                LogSigner.generate("log.test", new SecureRandom()).sign(BODY).toText();

        assertRefused(other);
    }

    @Test
    void refusesANoteOfWhichAnyOwnSignatureFails() {
        assertRefused(signed(BODY) + mine("another text\n"));
    }

    @Test
    void refusesEveryChangeOfABit() {
        byte[] note = signed(BODY).getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < note.length * Byte.SIZE; bit++) {
            byte[] flipped = note.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertRefused(new String(flipped, StandardCharsets.UTF_8));
        }
    }

    static Stream<String> malformedBodies() {
        return Stream.of(
                "log.test\n7\n",
                "log.test\n7\n" + ROOT + "\nextension\n",
                "log.test\n07\n" + ROOT + "\n",
                "log.test\n+7\n" + ROOT + "\n",
                "log.test\n-7\n" + ROOT + "\n",
                "log.test\n\n" + ROOT + "\n",
                "log.test\n \n" + ROOT + "\n",
                "log.test\n9223372036854775808\n" + ROOT + "\n",
                "log.test\n99999999999999999999\n" + ROOT + "\n",
                "log.test\n\u0667\n" + ROOT + "\n",
                "log.test\n7\n" + ROOT.substring(4) + "\n",
                "log.test\n7\n" + ROOT.replace("=", "") + "\n",
                "log.test\n7\n" + ROOT.replace("U=", "V=") + "\n",
                "log.test\n7\nAAAA" + ROOT + "\n",
                "log.test\n7\n" + ROOT + " \n",
                "\n7\n" + ROOT + "\n",
                "other.test\n7\n" + ROOT + "\n",
                "log.test \n7\n" + ROOT + "\n");
    }

    @ParameterizedTest
    @MethodSource("malformedBodies")
    void refusesACheckpointOfAnotherFormEvenIfSigned(String body) {
        assertRefused(signed(body));
    }

    @Test
    void refusesWhatIsNotANote() {
        String good = signed(BODY);
        String line = mine(BODY);
        for (String bad : List.of(
                "",
                "\n",
                "\n\n",
                BODY,
                BODY + "\n",
                BODY + line,
                good.substring(0, good.length() - 1),
                good + "\n",
                good + "junk",
                good + "junk\n",
                good + "\u2014 log.test\n",
                good + "\u2014 log.test \n",
                good + "\u2014  AAAAAAAA\n",
                good + "\u2014 a b AAAAAAAA\n",
                good + "\u2014 a+b AAAAAAAA\n",
                good + "\u2014 log.test AAAA\n",
                good + "\u2014 log.test AAAAAA==\n",
                good + "\u2014 log.test A-AAAAAA\n",
                good + "- log.test AAAAAAAA\n",
                good.replace("\u2014 ", "\u2014"),
                good.replace("\n\n", "\n \n"),
                good.replace("\n", "\r\n"),
                good.replace("log.test\n", "log.test\t\n"),
                BODY + "\n" + line.repeat(101))) {
            assertRefused(bad);
        }
    }

    @Test
    void acceptsAHundredSignatures() {
        assertThat(KEY.verify(BODY + "\n" + mine(BODY).repeat(100)).size()).isEqualTo(7);
    }

    @Test
    void refusesEveryPartAndEveryChangeOfAVkey() {
        // As the tests of golang.org/x/mod/sumdb/note do.
        String vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assertThat(LogVerifierKey.parse(vkey)).hasToString(vkey);
        for (int from = 0; from <= vkey.length(); from++) {
            for (int to = from; to <= vkey.length(); to++) {
                if (to - from < vkey.length()) {
                    assertNoKey(vkey.substring(from, to));
                }
            }
        }
        for (int i = 0; i < vkey.length(); i++) {
            StringBuilder changed = new StringBuilder(vkey);
            changed.setCharAt(i, (char) (changed.charAt(i) + 1));
            assertNoKey(changed.toString());
        }
        assertNoKey(vkey + "=");
        assertNoKey(vkey + "\n");
        assertNoKey(vkey.replace("c74f20a3", "C74F20A3"));
        // A key of the wrong length and one of an unknown algorithm, each with the id that would be theirs.
        assertNoKey("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==");
        assertNoKey("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    private static void assertNoKey(String vkey) {
        assertThatThrownBy(() -> LogVerifierKey.parse(vkey)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRefused(String note) {
        assertThatThrownBy(() -> KEY.verify(note)).isInstanceOf(VerificationException.class);
    }

    private static String signed(String body) {
        return SIGNER.sign(body).toText();
    }

    private static String mine(String body) {
        return SIGNER.sign(body).signatures().get(0).toText();
    }
}
