package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSignerTest {

    // From the tests of golang.org/x/mod/sumdb/note.
    private static final String PRIVATE_KEY =
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private static final String VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private static final String TEXT = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;
    private static final String SIGNED = TEXT + """

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
            """;

    /** Signed by that package too: the tree of one leaf, the letter a. */
    private static final String CHECKPOINT = """
            PeterNeumann
            1
            Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=

            — PeterNeumann x08goxY9Jb/XGABbyW3b+G5EBFhMp3uz+411W1y3ONVqrjvl2Jz8yTdDYsAAYnnNxqJVRnHDT066/J/vR27haHEjAgA=
            """;

    private static final Frontier ONE_LEAF =
            Frontier.empty().append(MerkleHash.leaf("a".getBytes(StandardCharsets.US_ASCII)));

    @Test
    void signsAsGoDoes() {
        LogSigner signer = LogSigner.parse(PRIVATE_KEY);

        assertThat(signer.sign(TEXT).toText()).isEqualTo(SIGNED);
        assertThat(signer.sign(ONE_LEAF).note()).isEqualTo(CHECKPOINT);
        assertThat(signer.verifierKey().vkey()).isEqualTo(VKEY);
    }

    @Test
    void verifierAcceptsWhatGoSigned() {
        LogVerifierKey key = LogVerifierKey.parse(VKEY);

        assertThat(key.open(SIGNED).text()).isEqualTo(TEXT);
        assertThat(key.verify(CHECKPOINT))
                .isEqualTo(LogSigner.parse(PRIVATE_KEY).sign(ONE_LEAF));
    }

    @Test
    void verifierAcceptsTheExampleOfTheSpecification() {
        LogVerifierKey key =
                LogVerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");

        assertThat(key.open(
                                "This is an example message.\n\n\u2014 example.com/foo"
                                        + " Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
                        .text())
                .isEqualTo("This is an example message.\n");
    }

    @Test
    void verifierAcceptsWhatANewKeySigned() {
        LogSigner signer = LogSigner.generate("example.com/writ", new SecureRandom());

        Checkpoint checkpoint = signer.sign(Frontier.empty());

        assertThat(LogVerifierKey.parse(signer.verifierKey().vkey()).verify(checkpoint.note()))
                .isEqualTo(checkpoint);
        assertThat(checkpoint.note())
                .startsWith(
                        "example.com/writ\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u2014 example.com/writ ");
    }

    @Test
    void privateKeySurvivesItsTextForm() {
        LogSigner signer = LogSigner.generate("example.com/writ", new SecureRandom());

        assertThat(LogSigner.parse(signer.privateKey())).isEqualTo(signer);
        assertThat(LogSigner.parse(PRIVATE_KEY).privateKey()).isEqualTo(PRIVATE_KEY);
    }

    @Test
    void privateKeyIsNeverPrinted() {
        assertThat(LogSigner.parse(PRIVATE_KEY)).hasToString("LogSigner[PeterNeumann]");
    }

    @Test
    void refusesEveryChangeOfAPrivateKeyAndQuotesNothingOfIt() {
        for (int i = 0; i < PRIVATE_KEY.length(); i++) {
            StringBuilder changed = new StringBuilder(PRIVATE_KEY);
            changed.setCharAt(i, (char) (changed.charAt(i) + 1));
            assertThatThrownBy(() -> LogSigner.parse(changed.toString()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("AYEKFAL");
        }
        for (String bad : List.of("", "PRIVATE+KEY+", VKEY, PRIVATE_KEY.substring(0, 60), PRIVATE_KEY + "=")) {
            assertThatThrownBy(() -> LogSigner.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nameOfALogIsAKeyName() {
        for (String bad : List.of("", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b", "a\u0000b")) {
            assertThatThrownBy(() -> LogSigner.generate(bad, new SecureRandom()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
