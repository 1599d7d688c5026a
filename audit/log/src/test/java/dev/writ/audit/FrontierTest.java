package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {

    private static final int SIZES = 300;
    private static final List<byte[]> LEAVES = NaiveTree.leaves(SIZES);
    private static final List<byte[]> HASHES =
            LEAVES.stream().map(MerkleHash::leaf).toList();

    @Test
    void rootIsThatOfTheTreeAtEverySize() {
        Frontier frontier = Frontier.empty();
        for (int size = 0; size <= SIZES; size++) {
            assertThat(Digest.fromBytes(frontier.root())).isEqualTo(NaiveTree.root(LEAVES.subList(0, size)));
            assertThat(frontier.size()).isEqualTo(size);
            if (size < SIZES) {
                frontier = frontier.append(HASHES.get(size));
            }
        }
    }

    @Test
    void appendingManyIsAppendingOneByOne() {
        for (int first = 0; first <= 40; first++) {
            for (int size = first; size <= 40; size++) {
                Frontier twice =
                        Frontier.empty().append(HASHES.subList(0, first)).append(HASHES.subList(first, size));

                assertThat(twice).isEqualTo(oneByOne(size));
            }
        }
    }

    @Test
    void appendingChangesNeitherTheFrontierNorWhatItWasGiven() {
        byte[] hash = HASHES.get(6).clone();
        Frontier before = oneByOne(6);
        Frontier after = before.append(hash);
        hash[0] ^= 1;

        assertThat(before).isEqualTo(oneByOne(6));
        assertThat(after).isEqualTo(oneByOne(7));
    }

    @Test
    void givesARootThatCanBeChangedWithoutHarm() {
        Frontier one = oneByOne(1);
        Arrays.fill(one.root(), (byte) 0);

        assertThat(one).isEqualTo(oneByOne(1));
    }

    @Test
    void bytesAreSizeAndHashesLargestSubtreeFirst() {
        byte[] bytes = oneByOne(3).toBytes();

        assertThat(bytes).hasSize(8 + 2 * 32).startsWith(0, 0, 0, 0, 0, 0, 0, 3);
        assertThat(Arrays.copyOfRange(bytes, 8, 40)).isEqualTo(MerkleHash.node(HASHES.get(0), HASHES.get(1)));
        assertThat(Arrays.copyOfRange(bytes, 40, 72)).isEqualTo(HASHES.get(2));
    }

    @Test
    void readsTheBytesItWrote() {
        for (int size = 0; size <= SIZES; size++) {
            Frontier frontier = Frontier.empty().append(HASHES.subList(0, size));

            assertThat(Frontier.fromBytes(frontier.toBytes())).isEqualTo(frontier);
        }
    }

    @Test
    void refusesBytesThatDoNotFitTheSize() {
        byte[] bytes = oneByOne(5).toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Frontier.fromBytes(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Frontier.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        bytes[0] = (byte) 0x80;
        assertThatThrownBy(() -> Frontier.fromBytes(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAHashOfAnotherLength() {
        assertThatThrownBy(() -> Frontier.empty().append(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    private static Frontier oneByOne(int size) {
        Frontier frontier = Frontier.empty();
        for (byte[] hash : HASHES.subList(0, size)) {
            frontier = frontier.append(hash);
        }
        return frontier;
    }
}
