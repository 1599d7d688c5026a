package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConsistencyProofTest {

    private static final int SIZES = 300;
    private static final List<byte[]> LEAVES = NaiveTree.leaves(SIZES);
    private static final List<byte[]> HASHES =
            LEAVES.stream().map(MerkleHash::leaf).toList();
    private static final HashSource SOURCE = HashSource.of(HASHES);

    @Test
    void pathIsThatOfTheRfc() {
        for (int second = 1; second <= 65; second++) {
            for (int first = 1; first <= second; first++) {
                assertThat(ConsistencyProof.build(first, second, SOURCE).path())
                        .isEqualTo(NaiveTree.proof(first, LEAVES.subList(0, second)));
            }
        }
    }

    @Test
    void provesThatEveryTreeExtendsEveryEarlierOne() {
        for (int second = 0; second <= SIZES; second++) {
            Digest secondRoot = root(second);
            for (int first = 0; first <= second; first++) {
                assertThat(ConsistencyProof.build(first, second, SOURCE).proves(root(first), secondRoot))
                        .isTrue();
            }
        }
    }

    @Test
    void refusesEveryChangeOfThePath() {
        for (int second = 0; second <= 17; second++) {
            Digest secondRoot = root(second);
            for (int first = 0; first <= second; first++) {
                Digest firstRoot = root(first);
                ConsistencyProof proof = ConsistencyProof.build(first, second, SOURCE);
                assertThat(Mutations.of(proof.path())
                                .filter(path -> new ConsistencyProof(proof.first(), proof.second(), path)
                                        .proves(firstRoot, secondRoot)))
                        .isEmpty();
            }
        }
    }

    @Test
    void refusesOtherRoots() {
        for (int first = 0; first <= 11; first++) {
            ConsistencyProof proof = ConsistencyProof.build(first, 11, SOURCE);
            Digest firstRoot = root(first);
            assertThat(Mutations.bitFlips(firstRoot).filter(root -> proof.proves(root, root(11))))
                    .isEmpty();
            if (first > 0) {
                assertThat(Mutations.bitFlips(root(11)).filter(root -> proof.proves(firstRoot, root)))
                        .isEmpty();
            }
        }
    }

    @Test
    void refusesOtherSizes() {
        for (int second = 2; second <= 33; second++) {
            for (int first = 1; first < second; first++) {
                List<Digest> path =
                        ConsistencyProof.build(first, second, SOURCE).path();
                for (int other = 1; other < second; other++) {
                    assertThat(new ConsistencyProof(other, second, path).proves(root(other), root(second)))
                            .isEqualTo(other == first);
                }
            }
        }
    }

    /** Whatever roots it leads to: only the length tells that it is one of other trees (steps 6a and 7). */
    @Test
    void refusesAPathOfAnotherLengthThanThatOfItsTrees() {
        for (int second = 2; second <= 17; second++) {
            for (int first = 1; first < second; first++) {
                ConsistencyProof proof = ConsistencyProof.build(first, second, SOURCE);
                for (int otherSecond = 2; otherSecond <= 17; otherSecond++) {
                    for (int other = 1; other < otherSecond; other++) {
                        int length = ConsistencyProof.build(other, otherSecond, SOURCE)
                                .path()
                                .size();
                        assertThat(length != proof.path().size()
                                        && new ConsistencyProof(other, otherSecond, proof.path())
                                                .proves(root(first), root(second)))
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void refusesATreeThatIsNotAnExtension() {
        List<byte[]> rewritten = NaiveTree.leaves(20);
        rewritten.set(3, new byte[] {42});
        HashSource other =
                HashSource.of(rewritten.stream().map(MerkleHash::leaf).toList());

        assertThat(ConsistencyProof.build(7, 20, other).proves(root(7), NaiveTree.root(rewritten)))
                .isFalse();
        assertThat(ConsistencyProof.build(7, 20, SOURCE).proves(root(7), NaiveTree.root(rewritten)))
                .isFalse();
    }

    @Test
    void provesTreesLargerThanMemory() {
        Random random = new Random(9162);
        for (int i = 0; i < 500; i++) {
            long second = 1 + (random.nextLong() >>> (2 + random.nextInt(60)));
            long first = Math.floorMod(random.nextLong(), second) + 1;
            ConsistencyProof proof = ConsistencyProof.build(first, second, EndlessTree.HASHES);

            assertThat(proof.proves(EndlessTree.root(first), EndlessTree.root(second)))
                    .isTrue();
        }
    }

    @Test
    void isForATreeAndALaterOne() {
        assertThatThrownBy(() -> ConsistencyProof.build(4, 3, SOURCE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConsistencyProof.build(-1, 3, SOURCE)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Digest root(int size) {
        return Digest.fromBytes(Frontier.empty().append(HASHES.subList(0, size)).root());
    }
}
