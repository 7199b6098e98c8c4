/** Names of containers that get none: an adjective, and the surname of a scientist or engineer. */
export const ADJECTIVES: readonly string[] = words(`
agile airy alert amber ample apt arctic ardent artful astute autumn awake azure balmy bold bonny brave
breezy brief bright brisk bubbly calm candid careful casual cheery chilly civil classic clever cloudy
coastal cosmic cosy crafty crisp curious dapper daring dazzling deft dewy dreamy dusty eager early earnest
easy elated epic ethereal fair faithful fancy fearless festive fleet floral fluent fond frank free fresh
friendly frosty funny gallant gentle gifted glad gleaming golden graceful grand grateful green handy happy
hardy hasty hearty helpful hidden honest hopeful humble icy ideal jaunty jolly jovial joyful keen kind
lasting lavish leafy light lively logical loyal lucid lucky lunar magical mellow merry mighty mild mindful
misty modest musical neat nimble noble normal novel open orderly patient peaceful pensive placid playful
plucky polite proud prudent quaint quick quiet quirky radiant rapid ready regal relaxed rested robust rosy
rural rustic sage sandy serene sharp shiny silent silver simple sincere sleepy smart smooth snowy snug sober
solar solid sparkling spry stable steady stellar sturdy subtle sunny swift tender thrifty tidy tranquil
trusty upbeat useful valiant vibrant vigilant vivid warm wavy wise witty wondrous woody young zany zealous
zesty
`);

/** Second half of the name. */
export const SURNAMES: readonly string[] = words(`
abel adleman agnesi ampere anning archimedes aristarchus arrhenius avicenna avogadro babbage bachmann backus
banach banneker bardeen becquerel bell berners bernoulli bessel bethe birkhoff blackburn blackwell bohr
boltzmann boole born bose boyle bragg brahe brahmagupta brouwer bunsen burnell cannon cantor carnot carson
cartan carver cauchy cavendish cayley celsius cerf chandrasekhar chebyshev cherenkov chomsky church clairaut
clarke clausius cohn cori coulomb cray crick curie dalton darwin dedekind dijkstra diophantus dirac doppler
dubinsky duhem dyson eddington edison ehrenfest einstein eisenstein elion engelbart eratosthenes erdos
euclid euler faraday fermat fermi feynman fibonacci fischer fleming fourier franklin fraunhofer fresnel
frobenius galilei galois galvani gauss geiger germain gibbs goedel goldbach goldberg goodall gosling
grassmann haber hahn halley hamilton hamming hardy harvey heaviside heisenberg helmholtz henry hermite
herschel hertz heyrovsky hilbert hipparchus hodgkin hoover hopper hubble huffman humboldt huygens hypatia
jacobi jemison jenner johnson joliot jones joule kapitza karp kay kekule kelvin kepler kernighan khayyam
khwarizmi kirchhoff klein knuth koch kolmogorov kovalevskaya kowalevski krebs lagrange lamarr landau laplace
lavoisier leakey leavitt lebesgue leeuwenhoek legendre leibniz lemaitre levi lie linnaeus liouville lister
lobachevsky lorentz lovelace lyell mach malpighi maxwell mayer mccarthy mcclintock meitner mendel mendeleev
mercator michelson millikan minkowski mirzakhani mitchell moebius moore morse moser nash neumann newton
nightingale nobel noether northcutt noyce ohm oppenheimer oresme ostrowski panini pappus pascal pasteur
pauli pauling pavlov payne peano pearson penrose perlman planck poincare poisson poitras priestley ptolemy
pythagoras raman ramanujan ramsey rayleigh reaumur ride riemann ritchie roentgen rubin rutherford sagan salk
schroedinger shannon shockley siemens sinoussi snyder somerville stallman stokes swanson swartz swirles
sylvester tarski tereshkova tesla thales tharp thompson thomson torricelli torvalds tu turing varahamihira
vaughan villani visvesvaraya volhard volta wallis watt wegener weierstrass weyl wien wiles williams wozniak
wright wu yalow yonath young yukawa zeeman zhukovsky zuse
`);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
