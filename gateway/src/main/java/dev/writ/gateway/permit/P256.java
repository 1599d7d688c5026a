package dev.writ.gateway.permit;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/**
 * The public point of a private number on the curve P-256, which the JDK computes only for numbers that it draws itself. It takes a
 * few milliseconds, and time that depends on the number: only for keys that are made seldom, and not while anybody watches.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-186.pdf">NIST SP 800-186, 3.2.1.3</a>
 */
final class P256 {

    static final ECParameterSpec CURVE = curve();
    static final int COORDINATE_BYTES = 32;

    private static final BigInteger P = ((ECFieldFp) CURVE.getCurve().getField()).getP();
    private static final BigInteger A = CURVE.getCurve().getA();
    private static final BigInteger TWO = BigInteger.TWO;
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private P256() {}

    private static ECParameterSpec curve() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** @param number 1 to the order of the curve, exclusive */
    static ECPoint publicPoint(BigInteger number) {
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = number.bitLength() - 1; bit >= 0; bit--) {
            sum = add(sum, sum);
            if (number.testBit(bit)) {
                sum = add(sum, CURVE.getGenerator());
            }
        }
        return sum;
    }

    /** SP 800-186, Appendix A.1.1. */
    private static ECPoint add(ECPoint left, ECPoint right) {
        if (left.equals(ECPoint.POINT_INFINITY)) {
            return right;
        }
        if (right.equals(ECPoint.POINT_INFINITY)) {
            return left;
        }
        BigInteger x = left.getAffineX();
        BigInteger y = left.getAffineY();
        boolean same = x.equals(right.getAffineX());
        if (same && !y.equals(right.getAffineY())) {
            return ECPoint.POINT_INFINITY;
        }
        BigInteger slope = same
                ? quotient(THREE.multiply(x).multiply(x).add(A), TWO.multiply(y))
                : quotient(right.getAffineY().subtract(y), right.getAffineX().subtract(x));
        BigInteger sumX =
                slope.multiply(slope).subtract(x).subtract(right.getAffineX()).mod(P);
        return new ECPoint(sumX, slope.multiply(x.subtract(sumX)).subtract(y).mod(P));
    }

    private static BigInteger quotient(BigInteger dividend, BigInteger divisor) {
        return dividend.multiply(divisor.modInverse(P)).mod(P);
    }
}
