package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InclusionProofTest {

    private static final int SIZES = 300;
    private static final List<byte[]> LEAVES = NaiveTree.leaves(SIZES);
    private static final List<byte[]> HASHES =
            LEAVES.stream().map(MerkleHash::leaf).toList();
    private static final HashSource SOURCE = HashSource.of(HASHES);

    @Test
    void pathIsThatOfTheRfc() {
        for (int size = 1; size <= 65; size++) {
            for (int index = 0; index < size; index++) {
                assertThat(InclusionProof.build(index, size, SOURCE).path())
                        .isEqualTo(NaiveTree.path(index, LEAVES.subList(0, size)));
            }
        }
    }

    @Test
    void provesEveryLeafInEveryTree() {
        for (int size = 1; size <= SIZES; size++) {
            Digest root = root(size);
            for (int index = 0; index < size; index++) {
                assertThat(InclusionProof.build(index, size, SOURCE).proves(leaf(index), root))
                        .isTrue();
            }
        }
    }

    @Test
    void refusesEveryChangeOfThePath() {
        for (int size = 1; size <= 17; size++) {
            Digest root = root(size);
            for (int index = 0; index < size; index++) {
                Digest leaf = leaf(index);
                InclusionProof proof = InclusionProof.build(index, size, SOURCE);
                assertThat(Mutations.of(proof.path())
                                .filter(path ->
                                        new InclusionProof(proof.index(), proof.size(), path).proves(leaf, root)))
                        .isEmpty();
            }
        }
    }

    @Test
    void refusesAnotherLeafAndAnotherRoot() {
        InclusionProof proof = InclusionProof.build(5, 11, SOURCE);

        assertThat(Mutations.bitFlips(leaf(5)).filter(leaf -> proof.proves(leaf, root(11))))
                .isEmpty();
        assertThat(Mutations.bitFlips(root(11)).filter(root -> proof.proves(leaf(5), root)))
                .isEmpty();
    }

    @Test
    void refusesAnotherIndex() {
        for (int size = 1; size <= 65; size++) {
            for (int index = 0; index < size; index++) {
                List<Digest> path = InclusionProof.build(index, size, SOURCE).path();
                for (int other = 0; other < size; other++) {
                    assertThat(new InclusionProof(other, size, path).proves(leaf(index), root(size)))
                            .isEqualTo(other == index);
                }
            }
        }
    }

    @Test
    void refusesAPathForATreeOfAnotherSize() {
        for (int size = 2; size <= 65; size++) {
            for (int other = 1; other <= 65; other++) {
                List<Digest> path = InclusionProof.build(0, size, SOURCE).path();
                boolean proves = new InclusionProof(0, other, path).proves(leaf(0), root(other));
                assertThat(proves).isEqualTo(other == size);
            }
        }
    }

    /** Whatever root it leads to: only the length tells that it is one of another tree (steps 4a and 5). */
    @Test
    void refusesAPathOfAnotherLengthThanThatOfItsPlace() {
        for (int size = 1; size <= 17; size++) {
            for (int index = 0; index < size; index++) {
                InclusionProof proof = InclusionProof.build(index, size, SOURCE);
                for (int otherSize = 1; otherSize <= 17; otherSize++) {
                    for (int other = 0; other < otherSize; other++) {
                        int length = InclusionProof.build(other, otherSize, SOURCE)
                                .path()
                                .size();
                        assertThat(length != proof.path().size()
                                        && new InclusionProof(other, otherSize, proof.path())
                                                .proves(leaf(index), root(size)))
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void provesInTreesLargerThanMemory() {
        HashSource same = EndlessTree.HASHES;
        Random random = new Random(6962);
        for (int i = 0; i < 500; i++) {
            long size = 1 + (random.nextLong() >>> (2 + random.nextInt(60)));
            long index = Math.floorMod(random.nextLong(), size);
            InclusionProof proof = InclusionProof.build(index, size, same);

            assertThat(proof.proves(EndlessTree.leaf(), EndlessTree.root(size))).isTrue();
        }
    }

    @Test
    void isForALeafWithinTheTree() {
        assertThatThrownBy(() -> InclusionProof.build(3, 3, SOURCE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InclusionProof.build(-1, 3, SOURCE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new InclusionProof(0, 0, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static Digest leaf(int index) {
        return Digest.fromBytes(HASHES.get(index));
    }

    private static Digest root(int size) {
        return Digest.fromBytes(Frontier.empty().append(HASHES.subList(0, size)).root());
    }
}
