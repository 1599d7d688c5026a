package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WitnessPolicyTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final LogSigner LOG = LogSigner.generate("example.com/log", RANDOM);
    private static final Cosigner A = Cosigner.generate("example.com/a", RANDOM);
    private static final Cosigner B = Cosigner.generate("example.com/b", RANDOM);
    private static final Cosigner C = Cosigner.generate("example.com/c", RANDOM);
    private static final Checkpoint CHECKPOINT = LOG.sign(Frontier.empty());
    private static final String WITNESSES = """
            # three of them
            witness A %s https://a.example.com/x
            \twitness  B %s

            witness C %s
            """.formatted(vkey(A), vkey(B), vkey(C));

    private static String vkey(Cosigner cosigner) {
        return cosigner.verifierKey().vkey();
    }

    private static WitnessPolicy parse(String text) {
        return WitnessPolicy.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String cosignedBy(Cosigner... cosigners) {
        String note = CHECKPOINT.note();
        for (Cosigner cosigner : cosigners) {
            note = cosigner.cosign(Note.parse(note).text(), Instant.ofEpochSecond(1))
                    .below(note);
        }
        return note;
    }

    @Test
    void quorumOfTwoLevels() {
        WitnessPolicy policy = parse(WITNESSES + """
                group AB 1 A B
                group all all AB C
                quorum all
                """);

        assertThat(policy.isMetBy(cosignedBy())).isFalse();
        assertThat(policy.isMetBy(cosignedBy(A, B))).isFalse();
        assertThat(policy.isMetBy(cosignedBy(C))).isFalse();
        assertThat(policy.isMetBy(cosignedBy(A, C))).isTrue();
        assertThat(policy.isMetBy(cosignedBy(B, C))).isTrue();
        assertThat(policy.isMetBy(cosignedBy(A, B, C))).isTrue();
    }

    @Test
    void groupIsMetByItsThreshold() {
        for (Map.Entry<String, Integer> form :
                Map.of("any", 1, "1", 1, "2", 2, "3", 3, "all", 3).entrySet()) {
            WitnessPolicy policy = parse(WITNESSES + "group g " + form.getKey() + " A B C\nquorum g\n");
            List<String> some = new ArrayList<>();
            for (String next : List.of("A", "B", "C", "unknown")) {
                assertThat(policy.isMetBy(Set.copyOf(some))).isEqualTo(some.size() >= form.getValue());
                some.add(next);
            }
        }
    }

    @Test
    void oneWitnessThatCosignsTwiceCountsOnce() {
        WitnessPolicy policy = parse(WITNESSES + "group g 2 A B C\nquorum g\n");

        assertThat(policy.isMetBy(cosignedBy(A, A))).isFalse();
    }

    @Test
    void quorumNoneAsksForNobody() {
        WitnessPolicy policy = parse("quorum none\n");

        assertThat(policy.isMetBy(cosignedBy())).isTrue();
        assertThat(policy.asksForWitnesses()).isFalse();
        assertThat(parse(WITNESSES + "quorum A\n").asksForWitnesses()).isTrue();
    }

    @Test
    void checkpointIsOfOneOfTheLogsIfAnyAreListed() {
        LogSigner other = LogSigner.generate("example.com/other", RANDOM);
        String text = WITNESSES + "quorum A\n";

        assertThat(parse("log " + other.verifierKey().vkey() + "\n" + text).isMetBy(cosignedBy(A)))
                .isFalse();
        assertThat(parse("log " + other.verifierKey().vkey() + "\nlog "
                                + LOG.verifierKey().vkey() + " https://log.example.com\n" + text)
                        .isMetBy(cosignedBy(A)))
                .isTrue();
    }

    @Test
    void failingCosignatureOfAKnownWitnessSpoilsTheNote() {
        WitnessPolicy policy = parse(WITNESSES + "quorum B\n");
        String wrong = A.cosign("something else\n", Instant.ofEpochSecond(1)).below(cosignedBy(B));

        assertThatThrownBy(() -> policy.isMetBy(wrong)).isInstanceOf(VerificationException.class);
    }

    @Test
    void urlsAreThoseOfWitnessesThatCanBeAsked() {
        WitnessPolicy policy = parse(WITNESSES + "quorum A\n");

        assertThat(policy.askable()).singleElement().satisfies(witness -> {
            assertThat(witness.name()).isEqualTo("A");
            assertThat(witness.url()).contains("https://a.example.com/x");
        });
    }

    @Test
    void keyOfATypeThatIsNotKnownNeverCounts() {
        byte[] typed = new byte[1313];
        typed[0] = 0x06;
        String name = "example.com/pq";
        byte[] id = Sha256.digest().digest(concat((name + "\n").getBytes(StandardCharsets.UTF_8), typed));
        String vkey = name + '+' + HexFormat.of().formatHex(id, 0, 4) + '+' + StrictBase64.encode(typed);
        WitnessPolicy policy =
                parse("witness P " + vkey + " https://p.example.com\n" + WITNESSES + "group g any P A\nquorum g\n");

        assertThat(policy.isMetBy(cosignedBy())).isFalse();
        assertThat(policy.isMetBy(cosignedBy(A))).isTrue();
        assertThat(policy.askable()).extracting(WitnessPolicy.Witness::name).containsExactly("A");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void namesAreOctets() {
        WitnessPolicy policy = parse("witness K " + vkey(A) + "\nwitness \u212a " + vkey(B) + "\nquorum \u212a\n");

        assertThat(policy.isMetBy(cosignedBy(A))).isFalse();
        assertThat(policy.isMetBy(cosignedBy(B))).isTrue();
    }

    @Test
    void saysWhichLineIsWrong() {
        String own = LOG.verifierKey().vkey();
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("", "no quorum line"),
                Map.entry("quorum none", "line 1"),
                Map.entry("quorum none\nquorum none\n", "line 2"),
                Map.entry("quorum A\n", "line 1"),
                Map.entry("quorum none extra\n", "line 1"),
                Map.entry("Quorum none\n", "line 1"),
                Map.entry("witness A " + vkey(A) + "\nwitness A " + vkey(B) + "\nquorum A\n", "line 2"),
                Map.entry("witness A " + vkey(A) + "\nwitness B " + vkey(A) + "\nquorum A\n", "line 2"),
                Map.entry("witness none " + vkey(A) + "\nquorum none\n", "line 1"),
                Map.entry("witness A " + own + "\nquorum A\n", "line 1"),
                Map.entry("witness A nonsense\nquorum A\n", "line 1"),
                Map.entry("witness A " + vkey(A).replace("+", "+0") + "\nquorum A\n", "line 1"),
                Map.entry("log " + own + "\nlog " + own + "\nquorum none\n", "line 2"),
                Map.entry("group g any A\nwitness A " + vkey(A) + "\nquorum g\n", "line 1"),
                Map.entry("witness A " + vkey(A) + "\ngroup g any A A\nquorum g\n", "line 2"),
                Map.entry("witness A " + vkey(A) + "\ngroup g any A\ngroup h any A\nquorum g\n", "line 3"),
                Map.entry("witness A " + vkey(A) + "\ngroup g 2 A\nquorum g\n", "line 2"),
                Map.entry("witness A " + vkey(A) + "\ngroup g 0 A\nquorum g\n", "line 2"),
                Map.entry("witness A " + vkey(A) + "\ngroup g 01 A\nquorum g\n", "line 2"),
                Map.entry("witness A " + vkey(A) + "\ngroup g any\nquorum g\n", "line 2"),
                Map.entry("witness A " + vkey(A) + "\ngroup g any none\nquorum g\n", "line 2"),
                Map.entry("#\n\n# x\r\nquorum none\n", "line 3"),
                Map.entry("quorum\u0000 none\n", "line 1"));
        wrong.forEach((text, where) -> assertThatThrownBy(() -> parse(text))
                .as(text)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(where));
    }

    @Test
    void takesAsManyAsTheSpecificationAsksFor() {
        StringBuilder text = new StringBuilder();
        String member = "";
        for (int i = 0; i < 32; i++) {
            text.append("log ")
                    .append(LogSigner.generate("l/" + i, RANDOM).verifierKey().vkey())
                    .append('\n');
            text.append("witness w")
                    .append(i)
                    .append(' ')
                    .append(vkey(Cosigner.generate("w/" + i, RANDOM)))
                    .append('\n');
            text.append("group g")
                    .append(i)
                    .append(" all w")
                    .append(i)
                    .append(member)
                    .append('\n');
            member = " g" + i;
        }

        WitnessPolicy policy = parse(text + "quorum g31\n");

        assertThat(policy.witnesses()).hasSize(32);
        assertThat(policy.isMetBy(Set.of("w31"))).isFalse();
    }
}
