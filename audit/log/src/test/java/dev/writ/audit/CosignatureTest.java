package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class CosignatureTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final LogSigner LOG = LogSigner.generate("example.com/log", new SecureRandom());
    private static final Cosigner COSIGNER = Cosigner.generate("example.com/w1", new SecureRandom());
    private static final Checkpoint CHECKPOINT =
            LOG.sign(Frontier.empty().append(MerkleHash.leaf("a".getBytes(StandardCharsets.US_ASCII))));

    private static Cosignature cosignature() {
        return COSIGNER.cosign(Note.parse(CHECKPOINT.note()).text(), NOW);
    }

    @Test
    void cosignedNoteVerifiesForLogAndWitness() {
        String cosigned = cosignature().below(CHECKPOINT.note());

        assertThat(LOG.verifierKey().verify(cosigned).root()).isEqualTo(CHECKPOINT.root());
        assertThat(CosignerKey.parse(COSIGNER.verifierKey().vkey()).cosignature(cosigned))
                .hasValueSatisfying(found -> {
                    assertThat(found.signedAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
                    assertThat(found.line()).isEqualTo(cosignature().line());
                    assertThat(found.witness()).isEqualTo("example.com/w1");
                });
    }

    @Test
    void signsTheLinesOfTheSpecification() {
        assertThat(CosignerKey.message(1679315147, "example.com/behind-the-sofa\n20852163\nCsUY=\n"))
                .isEqualTo("cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUY=\n");
    }

    @Test
    void refusesEveryOtherByteOfACosignature() {
        String line = cosignature().line();
        int space = line.lastIndexOf(' ') + 1;
        byte[] bytes = Base64.getDecoder().decode(line.substring(space).strip());
        for (int i = 4; i < bytes.length; i++) { // the first four are the key's id
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            String note = CHECKPOINT.note()
                    + line.substring(0, space)
                    + Base64.getEncoder().encodeToString(changed)
                    + "\n";
            assertThatThrownBy(() -> COSIGNER.verifierKey().cosignature(note))
                    .isInstanceOf(VerificationException.class);
        }
    }

    @Test
    void refusesACosignatureOfAnotherCheckpoint() {
        Checkpoint other = LOG.sign(Frontier.empty());

        assertThatThrownBy(
                        () -> COSIGNER.verifierKey().cosignature(cosignature().below(other.note())))
                .isInstanceOf(VerificationException.class);
    }

    @Test
    void ignoresKeysAndTypesItDoesNotKnow() {
        Cosigner other = Cosigner.generate("example.com/w1", new SecureRandom());
        String mlDsa =
                Note.Line.of("example.com/w1", 0x06060606, new byte[2428]).toText();
        String note = other.cosign(Note.parse(CHECKPOINT.note()).text(), NOW).below(CHECKPOINT.note()) + mlDsa;

        assertThat(COSIGNER.verifierKey().cosignature(note)).isEmpty();
        assertThat(COSIGNER.verifierKey().cosignature(cosignature().below(note)))
                .isPresent();
    }

    @Test
    void refusesATimeThatIsNone() {
        String text = Note.parse(CHECKPOINT.note()).text();
        for (Instant time :
                List.of(Instant.EPOCH, Instant.ofEpochSecond(-1), Instant.ofEpochSecond(300_000_000_000L))) {
            String note = COSIGNER.cosign(text, time).below(CHECKPOINT.note());
            assertThatThrownBy(() -> COSIGNER.verifierKey().cosignature(note))
                    .isInstanceOf(VerificationException.class);
        }
    }

    @Test
    void readsAnAnswerWithoutWhatWasThereBefore() {
        String asked = cosignature().below(CHECKPOINT.note());

        assertThat(COSIGNER.verifierKey().answered(asked, cosignature().line())).isPresent();
        assertThat(COSIGNER.verifierKey()
                        .answered(
                                asked,
                                LOG.sign(Note.parse(asked).text())
                                        .signatures()
                                        .get(0)
                                        .toText()))
                .isEmpty();
        for (String bad : List.of(
                "",
                "\n",
                "nonsense\n",
                cosignature().line() + "\n",
                "x\n\n" + cosignature().line())) {
            assertThatThrownBy(() -> COSIGNER.verifierKey().answered(asked, bad))
                    .isInstanceOf(VerificationException.class);
        }
    }

    @Test
    void keysAreOfOneType() {
        assertThatThrownBy(() -> CosignerKey.parse(LOG.verifierKey().vkey()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogVerifierKey.parse(COSIGNER.verifierKey().vkey()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogSigner.parse(COSIGNER.privateKey())).isInstanceOf(IllegalArgumentException.class);
        assertThat(Cosigner.parse(COSIGNER.privateKey()).verifierKey()).isEqualTo(COSIGNER.verifierKey());
        assertThat(COSIGNER).hasToString("Cosigner[example.com/w1]");
    }

    /** The example of the specification, whose witness key is not known: it is a note, and nobody's. */
    @Test
    void readsTheExampleOfTheSpecification() {
        String example = """
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
                — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
                """;

        assertThat(Note.parse(example).signatures()).hasSize(2);
        assertThat(COSIGNER.verifierKey().cosignature(example)).isEmpty();
    }
}
