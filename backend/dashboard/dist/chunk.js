var v,Qn,zt,ne,Bt,ct,Zn,lt,Xn,Vt,Wt,Ur,He=Symbol.for("pv"),ft={},dt=[],jr=/^m(i|n|o|s|text|space)$/,Gt=Array.isArray,Jt=dt.slice,pe=Object.assign;function de(e){
e&&e.parentNode&&e.remove()}function Yn(e,t,n){var o,r,i,s={},l=arguments.length;for(i in t)i=="key"?o=t[i]:i=="ref"&&typeof e!="function"?r=t[i]:s[i]=t[i];return l>
2&&(s.children=l>3?Jt.call(arguments,2):n),qe(e,s,o,r,null)}function qe(e,t,n,o,r){var i={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:He,__v:r||++Qn,__i:-1,__u:0};return!r&&v.vnode&&v.
vnode(i),i}function C(e){return e.children}function xe(e,t){this.props=e,this.context=t,this.__g=0}function oe(e,t){if(t==null)return e.__&&oe(e.__,e.__i+1);for(var n;t<e.
__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:oe(e)}function Kr(e){var t,n=e.__v,o=n.__e,r=[],i=[],s=e.__P;
s&&((t=pe({constructor:He},n)).__v=n.__v+1,v.vnode&&v.vnode(t),Qt(s,t,n,e.__n,s.namespaceURI,32&n.__u?[o]:null,r,o||oe(n),32&n.__u,i),t.__v=n.__v,t.__.__k[t.__i]=
t,io(r,t,i),n.__=n.__e=null,t.__e!=o&&eo(t))}function eo(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),
eo(e)}function Gn(e){(8&e.__g||(e.__g|=8,ne.push(e),ct++))&&Bt==v.debounceRendering||((Bt=v.debounceRendering)||queueMicrotask)(to)}function to(){try{for(var e,
t=1;ne.length;)ne.length>t&&ne.sort(Zn),e=ne.shift(),t=ne.length,8&e.__g&&Kr(e)}finally{(ct=ne.length)&&(Bt||queueMicrotask)(to)}}function no(e,t,n,o,r,i,s,l,c,f,u){
var p,m,d,h,k,g,S=o.__k||dt,b=t.length;for(c=Br(n,t,S,c,b),p=0;p<b;p++)(d=n.__k[p])!=null&&(m=~d.__i&&S[d.__i]||ft,d.__i=p,g=Qt(e,d,m,r,i,s,l,c,f,u),h=d.__e,(m.
ref!=d.ref||8&m.__u)&&(m.ref&&Zt(m.ref,null,d,m),d.ref&&u.push(d.ref,d.__c||h,d)),k=k||h,4&d.__u?(c=oo(d,c,e,!m.__v),m.__e&&(m.__e=null)):typeof d.type=="functi\
on"&&g!==void 0?c=g:h&&(c=h.nextSibling),d.__u&=-21);return n.__e=k,c}function Br(e,t,n,o,r){var i,s,l,c,f,u,p,m,d,h=n.length,k=h,g=0,S=0,b=e.__k=Array(r);for(i=
0;i<r;i++)(s=t[i])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===String?s=b[i]=qe(null,s):Gt(s)?s=b[i]=qe(C,{children:s}):
s.constructor===He&&s.__b?s=b[i]=qe(s.type,s.props,s.key,s.ref,s.__v):b[i]=s,c=i+g,s.__=e,s.__b=e.__b+1,l=null,~(f=s.__i=Wr(s,n,c,k))&&(k--,(l=n[f])&&(l.__u|=2)),
l&&l.__v?(s.__u|=16,f==c-1?g--:f==c+1?g++:f!=c&&(f>c?g--:g++,S=1)):(~f||(r>h?g--:r<h&&g++),typeof s.type!="function"&&(s.__u|=4))):b[i]=null;if(S){for(u=[],p=[],
i=0;i<r;i++)if((s=b[i])&&16&s.__u){for(g=0,m=u.length;g<m;)u[d=g+m>>1]<s.__i?g=d+1:m=d;u[g]=s.__i,p[i]=g+1}for(g=u.length;i--;)p[i]&&(p[i]==g?g--:b[i].__u|=4)}if(k)
for(i=0;i<h;i++)!(l=n[i])||2&l.__u||(l.__e==o&&(o=oe(l)),Xt(l,l));return o}function oo(e,t,n,o){var r,i,s,l;if(typeof e.type=="function"){if(e.props.__P)return t;
if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=oo(r[i],t,n,!1));return t}for(t&&!t.parentNode&&(t=oe(e))&&!t.parentNode&&(t=null),s=e.__e,l=t;l&&l.nodeType==
8;)l=l.nextSibling;for(s!=l&&(!o&&n.moveBefore&&s.parentNode?n.moveBefore(s,t):n.insertBefore(s,t||null)),t=s;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(
"$s"););return t}function Wr(e,t,n,o){var r,i=e.key,s=e.type,l=t[n],c=l&&!(2&l.__u);if(l===null&&i==null||c&&i==l.key&&s==l.type)return n;if(o>(c?1:0)){for(r=n-1;r>=0;r--)if((l=
t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r;for(r=n+1;r<t.length;r++)if((l=t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r}return-1}function Jn(e,t,n){n==null&&
(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function at(e,t,n,o,r){var i,s;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Jn(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Jn(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),
typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(s=Wt[t]||(Wt[t]=zr(t)),(e.__a||(e.__a={}))[t]=Vt,i=t!=(t=t.replace(Xn,"$1")),(t=t.slice(2))[0]<"a"&&
(t=t.toLowerCase()),n?e.addEventListener(t,s,i):e.removeEventListener(t,s,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)
try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function zr(e){
return function(t){var n=this.__e;if(n){if(n=n[e],t[lt]==null)t[lt]=Vt++;else if(t[lt]<this.__a[e])return;return n(v.event?v.event(t):t)}}}function Qt(e,t,n,o,r,i,s,l,c,f){
var u,p,m,d,h,k,g,S,b,R,T,Kt,zn,st,ce,Vn,te,fe,G=t.type;if(t.constructor!==He)return null;128&n.__u&&(c=32&n.__u,u=n.__c.__z)&&(t.__u|=c,p=i=[],u.nodeType==8?l=
ut(u,i):i.push(u),l=i[0]||l),(u=v.__b)&&u(t);e:if(typeof G=="function"){m=s.length;try{if(S=t.props,b=(u=G.prototype)&&u.render,R=(u=G.contextType)&&o[u.__c],T=
u?R?R.props.value:u.__:o,(d=n.__c)?(t.__c=d,2&d.__g&&(d.__g|=1)):(b?t.__c=d=new G(S,T):(t.__c=d=new xe(S,T),d.constructor=G,d.render=Gr),R&&R.sub(d),d.state||(d.
state={}),d.__n=o,d.__g|=8,d.__h=[],d.__k=[]),b&&(d.__s||(d.__s=d.state),G.getDerivedStateFromProps&&(d.__s==d.state&&(d.__s=pe({},d.__s)),pe(d.__s,G.getDerivedStateFromProps(
S,d.__s)))),h=d.props,k=d.state,d.__v=t,n.__c){if(S!==h&&b&&!G.getDerivedStateFromProps&&d.componentWillReceiveProps&&d.componentWillReceiveProps(S,T),t.__v==n.
__v&&!(8&d.__g)||!(4&d.__g)&&d.shouldComponentUpdate&&d.shouldComponentUpdate(S,d.__s,T)===!1){t.__v!=n.__v&&(d.props=S,d.state=d.__s,d.__g&=-9),t.__e=n.__e,t.__k=
n.__k,t.__k.some(function(D){D&&(D.__=t)}),dt.push.apply(d.__h,d.__k),d.__k=[],d.__h.length&&s.push(d),l=oe(n);break e}d.componentWillUpdate&&d.componentWillUpdate(
S,d.__s,T),b&&d.componentDidUpdate&&d.__h.push(function(){d.componentDidUpdate(h,k,g)})}else b&&!G.getDerivedStateFromProps&&d.componentWillMount&&d.componentWillMount(),
b&&d.componentDidMount&&d.__h.push(d.componentDidMount);d.context=T,d.props=S,d.__P=e,d.__g&=-5,Kt=v.__r,zn=b?25:0;do d.__g&=-9,Kt&&Kt(t),u=d.render(d.props,d.state=
d.__s,d.context);while(8&d.__g&&++zn<25);b&&(dt.push.apply(d.__h,d.__k),d.__k=[]),d.state=d.__s,d.getChildContext&&(o=pe({},o,d.getChildContext())),b&&n.__c&&d.
getSnapshotBeforeUpdate&&(g=d.getSnapshotBeforeUpdate(h,k)),st=u&&u.type===C&&u.key==null?u.props.children:u,S.__P&&(u=l,r=(e=S.__P).namespaceURI,c=i=null,n.props&&
n.props.__P!=e&&(n.__k.some(function(D){D&&Xt(D,D)}),n.__k=null),l=n.__k?oe(n,0):null),l=no(e,Gt(st)?st:[st],t,n,o,r,i,s,l,c,f),S.__P&&(t.__e=null,l=u),t.__u&=-161,
p&&p.some(de),d.__h.length&&s.push(d),1&d.__g&&(d.__g&=-4)}catch(D){if(s.length=m,t.__v=null,c||i)if(D&&D.then){if(t.__u|=128|c,i){for(~(te=i.indexOf(l||void 0))||
(te=i.length);(fe=i[te-1])&&fe.nodeType==8;)te--;for(;te<i.length;te++)if(fe=i[te])if(i[te]=null,ce){if(fe==Vn)break}else{if(fe.nodeType!=8)break;fe.data.startsWith(
"$s")&&(Vn=ut(ce=fe))}}if(!ce){for(;l&&l.nodeType==8&&l.nextSibling;)l=l.nextSibling;ce=l}(u=ut(ce=t.__c.__z||(t.__c.__z=ce)))?(t.__e=ce,l=u):t.__e=l,l=l&&l.nextSibling}else
i&&i.some(de);else t.__e=n.__e;t.__k||(t.__k=n.__k||[]),D&&D.then||ro(t),v.__e(D,t,n)}}else l=t.__e=Vr(n.__e,t,n,o,r,i,s,c,f,e);return(u=v.diffed)&&u(t),l}function ut(e,t){
if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)
return e}t&&t.push(e)}}function ro(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(ro))}function io(e,t,n){for(var o=0;o<n.length;)Zt(n[o++],n[o++],n[o++]);v.__c&&
v.__c(t,e),e.some(function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){v.__e(i,r.__v)}})}function Vr(e,t,n,o,r,i,s,l,c,f){var u,p,m,d,h,k,g,
S,b=n.props||ft,R=t.props,T=t.type;if(T=="svg"?r="http://www.w3.org/2000/svg":T=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xht\
ml"),i){for(u=0;u<i.length;u++)if((h=i[u])&&(T?h.localName==T:h.nodeType==3)){e=h,i[u]=null;break}}if(!e){if(S=f.ownerDocument||document,!T)return S.createTextNode(
R);e=S.createElementNS(r,T,R.is?R:f),l&&(v.__m&&v.__m(t,i),l=!1),i=null}if(T){if(f=T=="template"&&e.content||e,i=T=="textarea"&&R.defaultValue!=null?null:i&&Jt.
call(f.childNodes),!l&&i)for(b={},u=0;u<e.attributes.length;u++)b[(h=e.attributes[u]).name]=h.value;for(u in b)h=b[u],u=="dangerouslySetInnerHTML"?m=h:u=="child\
ren"||u in R||u=="value"&&"defaultValue"in R||u=="checked"&&"defaultChecked"in R||at(e,u,null,h,r);for(u in R)h=R[u],u=="children"?d=h:u=="dangerouslySetInnerHT\
ML"?p=h:u=="value"?k=h:u=="checked"?g=h:l&&typeof h!="function"||b[u]===h||at(e,u,h,b[u],r);p?(l||m&&(p.__html==m.__html||p.__html==e.innerHTML)||(e.innerHTML=p.
__html),t.__k=[]):(m&&(e.textContent=""),(T=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&jr.test(T))&&(r="http://www.w3.org/1999/xhtml"),no(f,Gt(d)?
d:[d],t,n,o,r,i,s,i?i[0]:n.__k&&oe(n,0),l,c),i&&i.some(de)),l&&T!="textarea"||(u="value",T=="progress"&&k==null?e.removeAttribute(u):k==null||k===e[u]&&(T!="pro\
gress"||k)||at(e,u,k,b[u],r),u="checked",g!=null&&g!=e[u]&&at(e,u,g,b[u],r))}else b===R||l&&e.data==R||(e.data=R);return e}function Zt(e,t,n,o){try{typeof e=="f\
unction"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(r){v.__e(r,n)}}function Xt(e,t,n){var o,
r,i,s;if(v.unmount&&v.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||Zt(o,null,t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){
v.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(s=0;s<o.length;s++)o[s]&&Xt(o[s],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(r=ut(o,i=[]))&&
(o==e.__e&&i.some(de),de(r),de(o)),n||de(e.__e),e.__e=e.__c=e.__=null}function Gr(e,t,n){return this.constructor(e,n)}function zs(e,t){var n,o,r,i;v.__&&v.__(e,
t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=qe(C,{children:[e]}),r=[],i=[],Qt(t,t.__k,o||ft,ft,t.namespaceURI,o?null:t.firstChild?
Jt.call(t.childNodes):null,r,o?o.__e:t.firstChild,n,i),io(r,t.__k,i),t.__k.props.children=null}v={__e:function(e,t,n,o){for(var r,i,s;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((s=(i=r.constructor)&&i.getDerivedStateFromError)&&r.setState(i.getDerivedStateFromError(
e)),r.componentDidCatch&&(r.componentDidCatch(e,o||{}),s=1),s&&8&r.__g)return void(r.__g|=2)}catch(l){e=l}}throw ct=0,e}},Qn=0,zt=function(e){return e!=null&&e.
constructor===He},xe.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=pe({},this.state)),typeof e=="function"&&(e=e(pe({},n),this.props)),
e&&(pe(n,e),this.__v&&(t&&this.__k.push(t),Gn(this)))},xe.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Gn(this))},xe.prototype.render=
C,ne=[],ct=0,Zn=function(e,t){return e.__v.__b-t.__v.__b},lt=Symbol(),Xn=/(PointerCapture)$|Capture$/i,Vt=0,Wt={},Ur=0;var Jr=Symbol.for("preact-signals");function gt(){if(J>1)J--;else{var e,t=!1;for((function(){var r=mt;for(mt=void 0;r!==void 0;){var i=r.S;if(i.v===r.v)for(var s=i.
t;s!==void 0;s=s.x)s.i===r.i&&(s.i=i.i);r=r.o}})();je!==void 0;){var n=je;for(je=void 0,pt++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&ao(n))try{n.
c()}catch(r){t||(e=r,t=!0)}n=o}}if(pt=0,J--,t)throw e}}function Se(e){if(J>0)return e();Yt=++Qr,J++;try{return e()}finally{gt()}}var Ue,x=void 0;function Ke(e){
var t=x,n=Ue;x=void 0,Ue=void 0;try{return e()}finally{x=t,Ue=n}}var je=void 0,J=0,pt=0,Qr=0,Yt=0,mt=void 0,ht=0;function so(e){if(x!==void 0){var t=e.n;if(t===
void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==
void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.s,t.n=void 0,x.s.n=t,x.s=t),t}}function E(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=
t?.watched,this.Z=t?.unwatched,this.name=t?.name}E.prototype.brand=Jr;E.prototype.h=function(){return!0};E.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.
e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:Ke(function(){var o;(o=t.W)==null||o.call(t)}))};E.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,
o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&Ke(function(){var r;(r=t.Z)==null||r.call(t)}))}};E.prototype.
subscribe=function(e){var t=this;return F(function(){var n=t.value;Ke(function(){return e(n)})},{name:"sub"})};E.prototype.valueOf=function(){return this.value};
E.prototype.toString=function(){return this.value+""};E.prototype.toJSON=function(){return this.value};E.prototype.peek=function(){var e=this;return Ke(function(){
return e.value})};Object.defineProperty(E.prototype,"value",{get:function(){var e=so(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){
if(pt>100)throw new Error("Cycle detected");(function(n){J!==0&&pt===0&&n.l!==Yt&&(n.l=Yt,mt={S:n,v:n.v,i:n.i,o:mt})})(this),this.v=e,this.i++,ht++,J++;try{for(var t=this.
t;t!==void 0;t=t.x)t.t.N()}finally{gt()}}}});function _(e,t){return new E(e,t)}function ao(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.
i)return!0;return!1}function lo(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function uo(e){
for(var t=e.s,n=void 0;t!==void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=o}e.s=
n}function me(e,t){E.call(this,void 0,t),this.x=e,this.s=void 0,this.g=ht-1,this.f=4}me.prototype=new E;me.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;
if((36&this.f)==32||(this.f&=-5,this.g===ht))return!0;if(this.g=ht,this.f|=1,this.i>0&&!ao(this))return this.f&=-2,!0;var e=x;try{lo(this),x=this;var t=this.x();
(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return x=e,uo(this),this.f&=-2,!0};me.prototype.S=function(e){
if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}E.prototype.S.call(this,e)};me.prototype.U=function(e){if(this.t!==void 0&&(E.prototype.
U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}};me.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==
void 0;e=e.x)e.t.N()}};Object.defineProperty(me.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=so(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function U(e,t){return new me(e,t)}function co(e){var t=e.j;if(e.j=void 0,typeof t=="function"){J++;var n=x;
x=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,en(e),o}finally{x=n,gt()}}}function en(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,co(e)}function Zr(e){
if(x!==this)throw new Error("Out-of-order effect");uo(this),x=e,this.f&=-2;try{8&this.f&&en(this)}finally{gt()}}function Te(e,t){this.x=e,this.j=void 0,this.s=void 0,
this.u=void 0,this.f=32,this.name=t?.name,Ue&&Ue.push(this)}Te.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==
"function"&&(this.j=t)}finally{e()}};Te.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,co(this),lo(this),J++;var e=x;
return x=this,Zr.bind(this,e)};Te.prototype.N=function(){2&this.f||(this.f|=2,this.u=je,je=this)};Te.prototype.d=function(){this.f|=8,1&this.f||en(this)};Te.prototype.
dispose=function(){this.d()};function F(e,t){var n=new Te(e,t);try{n.c()}catch(r){throw n.d(),r}var o=n.d.bind(n);return o[Symbol.dispose]=o,o}var Me,$,tn,fo,nn=Object.is,_t=0,wo=[],on=[],M=v,po=M.__b,mo=M.__r,ho=M.diffed,go=M.__c,_o=M.unmount,vo=M.__;function vt(e,t){M.__h&&M.__h($,e,_t||t),_t=0;var n=$.
__H||($.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function he(e){return _t=1,Xr(ko,e)}function Xr(e,t,n){var o=vt(Me++,2);if(o.t=e,!o.__c&&
(o.__=[n?n(t):ko(void 0,t),function(i){var s=(o.__N||o.__)[0],l=o.t(s,i);nn(s,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=$,!$.__f)){$.__f=!0;var r=$.shouldComponentUpdate;
$.shouldComponentUpdate=function(i,s,l){var c=this.__H;if(!c)return!0;var f=!1,u=this.props!=i;if(c.__.some(function(m){m.__N&&(f=!0,nn(m.__[0],m.__N[0])||(u=!0))}),
r){var p=r.call(this,i,s,l);return f?p||u:p}return!f||u}}return o.__}function P(e,t){var n=vt(Me++,3);!M.__s&&sn(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,$.__H.__h.push(
n))}function We(e,t){var n=vt(Me++,4);!M.__s&&sn(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,$.__h.push(n))}function N(e){return _t=5,ge(function(){return{current:e}},[])}function ge(e,t){var n=vt(Me++,7);return sn(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Yr(){var e;do{for(;e=on.shift();)try{Be(e)}catch(n){M.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=wo.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Be),t.__h.
some(rn),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(on.length)}M.__b=function(e){$=null,po&&po(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),
vo&&vo(e,t)},M.__r=function(e){mo&&mo(e),Me=0;var t=($=e.__c).__H;t&&(tn==$?$.__h=[]:(t.__h.some(Be),t.__h.some(rn),Me=0),t.__h=[],t.__.some(function(n){n.__N&&
(n.__=n.__N),n.u=n.__N=void 0})),tn=$},M.diffed=function(e){ho&&ho(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&bo(wo.push(t)),t.__H.__.some(function(n){n.u&&(n.
__H=n.u)})),tn=$=null},M.__c=function(e,t){t.some(function(n){try{n.__h.some(Be),n.__h=n.__h.filter(function(o){return!o.__||rn(o)})}catch(o){n.__h=[function(){
throw o}]}}),go&&go(e,t)},M.unmount=function(e){_o&&_o(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&
(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}r.__P=n,bo(on.push(r))}else Be(r)}catch(i){t=i}}),o.__H=void 0,t&&M.__e(t,o.__v))};var yo=typeof requestAnimationFrame==
"function";function ei(e){var t,n=function(){clearTimeout(o),yo&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);yo&&(t=requestAnimationFrame(n))}function bo(e){
e!=1&&fo==M.requestAnimationFrame||((fo=M.requestAnimationFrame)||ei)(Yr)}function Be(e){var t=$,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),$=t}function rn(e){
var t=$;e.__c=e.__(),$=t}function sn(e,t){return!e||e.length!=t.length||t.some(function(n,o){return!nn(n,e[o])})}function ko(e,t){return typeof t=="function"?t(
e):t}var an,Ce,yt,ti=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__,xo=[],So=[];F(function(){an=this.N})();function $e(e,t){v[e]=t.bind(null,v[e]||function(){})}
function ze(e){if(yt){var t=yt;yt=void 0,t()}yt=e&&e.S()}function To(e){var t=this,n=e.data,o=j(n);o.name="ReactiveDom",o.value=n;var r=ge(function(){for(var l=t,
c=t.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var f=U(function(){var d=o.value.value;return d===0?0:d===!0?"":d||""}),u=U(function(){return!Array.isArray(f.value)&&
!zt(f.value)}),p=F(function(){if(this.N=Co,u.value){var d=f.value;l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=d)}}),m=t.__$u.d;return t.__$u.d=function(){
p(),m.call(this)},[u,f]},[]),i=r[0],s=r[1];return i.value?s.peek():s.value}To.displayName="ReactiveTextNode";Object.defineProperties(E.prototype,{constructor:{configurable:!0,
value:Yn(C,null).constructor},type:{configurable:!0,value:To},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{
configurable:!0,value:1}});$e("__b",function(e,t){if(ze(),Ce=void 0,typeof t.type=="string"){var n,o=t.props;for(var r in o)if(r!=="children"){var i=o[r];i instanceof
E&&(n||(t.__np=n={}),n[r]=i,o[r]=i.peek())}}e(t)});$e("__r",function(e,t){if(e(t),t.type!==C){ze();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===void 0&&(o.__$u=n=(function(r,i){
var s;return F(function(){s=this},{name:i}),s.c=r,s})((function(r){return function(){var i;ti&&((i=this.y)==null||i.call(this)),r.__$f|=1,r.setState({})}})(o),typeof t.
type=="function"?t.type.displayName||t.type.name:""))),Ce=o,ze(n)}});$e("__e",function(e,t,n,o){ze(),Ce=void 0,e(t,n,o)});$e("diffed",function(e,t){ze(),Ce=void 0;
var n;if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,r=t.props,i=n.U;if(i)for(var s in i){var l=i[s];l===void 0||o&&s in o||(l.d(),i[s]=void 0)}if(o){i||(i=
{},n.U=i);for(var c in o){var f=i[c],u=o[c];f===void 0?(f=ni(n,c,u,r),i[c]=f):f.o(u,r)}}}e(t)});function ni(e,t,n,o){var r=t in e&&e.ownerSVGElement===void 0,i=_(
n);return{o:function(s,l){i.value=s,o=l},d:F(function(){this.N=Co;var s=i.value.value;o[t]!==s&&(o[t]=s,r?e[t]=s:s!=null&&(s!==!1||t[4]==="-")?e.setAttribute(t,
s):e.removeAttribute(t))})}}$e("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var r in o){var i=o[r];i&&i.
d()}}}var s=t.__np;if(s){var l=t.props;for(var c in s)l[c]=s[c]}t.__np=void 0}else{var f=t.__c;if(f){f.__$f|=8;var u=f.__$u;u&&(f.__$u=void 0,u.d())}}e(t)});$e(
"__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});xe.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var r in t)
return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var i=2&this.__$f;if(!(o||i||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.__$f)
return!0;for(var s in e)if(s!=="__source"&&e[s]!==this.props[s])return!0;for(var l in this.props)if(!(l in e))return!0;return!1};function j(e,t){return ge(function(){
return _(e,t)},[])}function Mo(e,t){var n=N(e);return n.current=e,Ce.__$f|=4,ge(function(){return U(function(){return n.current()},t)},[])}var oi=typeof requestAnimationFrame>
"u"?setTimeout:function(e){var t=function(){clearTimeout(n),cancelAnimationFrame(o),e()},n=setTimeout(t,35),o=requestAnimationFrame(t)},ri=function(e){queueMicrotask(
function(){queueMicrotask(e)})};function ii(){Se(function(){for(var e;e=xo.shift();)an.call(e)})}function si(){xo.push(this)===1&&(v.requestAnimationFrame||oi)(
ii)}function ai(){Se(function(){for(var e;e=So.shift();)an.call(e)})}function Co(){So.push(this)===1&&(v.requestAnimationFrame||ri)(ai)}function li(e,t){var n=N(
e);n.current=e;var o=Ce;P(function(){return F(function(){if(this.N=si,!(o&&8&o.__$f))return n.current()},t)},[])}var ui=/[\u0000-\u0008\u000b-\u001f\u007f]/g,ci=/[\u202a-\u202e\u2066-\u2069]/g,$o=/\p{Surrogate}/gu,fi=e=>e===""?"␡":String.fromCharCode(9216+e.charCodeAt(0)),
di=e=>`⟨U+${e.charCodeAt(0).toString(16).toUpperCase()}⟩`;function ln(e){return e.replace(/\r\n/g,`
`).replace(ui,fi).replace(ci,di).replace($o,"�")}function Ee(e){return ln(e).replace(/\n/g,"␊").replace(/\t/g," ")}var Ve=e=>encodeURIComponent(e.replace($o,
"�"));function ra(e,t){if(e.length<=t)return e;let n=/[\ud800-\udbff]/.test(e.charAt(t-1))?t-1:t;return e.slice(0,n)}var K=class extends Error{constructor(n,o,r=0){super(o);this.status=n;this.retryAfterS=r}status;retryAfterS},bt="picket-key",pi=6e4,I=_(void 0),Re=_(!1),Ge=_(0),
un=[],mi=()=>{try{return localStorage.getItem(bt)??""}catch{return""}},Eo=e=>{try{e?localStorage.setItem(bt,e):localStorage.removeItem(bt)}catch{}},re=mi();function wt(){
return{"Picket-Request":re||"guest",Accept:"application/json"}}function Ro(e){if(e==="."||e==="..")throw new K(0,`The name "${e}" cannot be written in an address; use picket ctl.`);return Ve(e)}var ie=(e,...t)=>`/api/core/v\
2/namespaces/${[e,...t].map(Ro).join("/")}`,kt=(e,...t)=>`/api/picket/v1/namespaces/${[e,...t].map(Ro).join("/")}`;function hi(e,t){try{let n=JSON.parse(t).message;
if(typeof n=="string"&&n)return n}catch{}return e===403?"You may not do that.":e===404?"It is not there.":`The backend answered with status ${e}.`}async function cn(e){
let t=await e.text().catch(()=>"");return new K(e.status,hi(e.status,t),Number(e.headers.get("Retry-After"))||0)}async function xt(e,t,n,o){let r=AbortSignal.timeout(
pi),i=e==="PATCH"?"application/merge-patch+json":"application/json";try{let s=await fetch(t,{method:e,credentials:"same-origin",cache:"no-store",redirect:"error",
headers:n===void 0?wt():{...wt(),"Content-Type":i},...n===void 0?{}:{body:JSON.stringify(n)},signal:o?gi(o,r):r});return Ge.value=Date.now(),s}catch(s){throw o?.
aborted?s:new K(0,r.aborted?"picket did not answer within a minute.":"picket does not answer.")}}function gi(e,t){let n=new AbortController,o=()=>n.abort();for(let r of[
e,t])r.aborted?o():r.addEventListener("abort",o,{once:!0});return n.signal}var _i=()=>new Promise(e=>un.push(e));async function vi(e,t,n,o){for(;;){let r=await xt(
e,t,n,o);if(r.ok)return r.text();if(r.status!==401||!I.value)throw await cn(r);Re.value=!0,await _i()}}async function Q(e,t,n,o){let r=await vi(e,t,n,o);return r?
JSON.parse(r):void 0}var _e=(e,t)=>Q("GET",e,void 0,t),fn="/api/picket/v1/session";function Po(e){I.value=e,Re.value=!1;let t=un;un=[],t.forEach(n=>n())}async function Je(){
let e=await xt("GET",fn,void 0);if(e.ok)return Po(await e.json());if(e.status!==401)throw await cn(e);I.value?Re.value=!0:I.value=null}async function la(e,t,n){
let o=re;re="";let r=await xt("POST",fn,{username:e,password:t,stay:n}).finally(()=>{re=o});if(!r.ok)throw await cn(r);let i=await r.json();Eo(re=i.key??""),Po(
i)}async function ua(){await xt("DELETE",fn,void 0).catch(()=>{}),Eo(re=""),I.value=null,await Je()}function ca(){addEventListener("storage",e=>{e.key!==bt||(e.
newValue??"")===re||(re=e.newValue??"",Je().catch(()=>{}))})}function St(e,t,n){let o=I.value?.may??{},r=i=>[n,"*"].some(s=>o[i]?.[s]?.some(l=>l===t||l==="*"));
return e?r(e)||r("*"):Object.keys(o).some(r)}var yi=["problems","events","entities","checks","silences","config","journal","backend","wall"],bi=e=>{try{return decodeURIComponent(e)}catch{return e}},Ao=e=>yi.
includes(e??"");function No(e){let t=/^\/c\/[^/]+\/n\/([^/]+)\/?(.*)$/.exec(e);if(t||(t=/^\/([^/]+)\/((?:events|entities|checks|silences|silenced)(?:\/.*)?)$/.exec(
e)),!t||t[1]==="n"||t[1]==="all"||Ao(t[1]))return e.replace(/^(\/n\/[^/]+\/entities\/[^/]+)\/events\/?$/,"$1");let n=t[2].replace(/^silenced/,"silences").replace(
/^(entities\/[^/]+)\/events\/?$/,"$1");return`/n/${t[1]}/${n}`}function wi(e,t,n="default"){let o=No(e).split("/").filter(Boolean).map(bi),r=Object.fromEntries(
new URLSearchParams(t));if(o[0]==="wall")return{page:"wall",ns:r.ns??"",path:[],query:r};let i=o[0]==="all",s=o[0]==="n"&&o[1],[l,...c]=i?o.slice(1):s?o.slice(2):
[],f=Ao(l)&&l!=="wall";return{page:f?l:"problems",ns:i?"":s||n,path:f?c:[],query:r}}function ve(e){let t=Object.fromEntries(Object.entries(e.query??{}).filter(([
,r])=>r));e.page==="wall"&&e.ns&&(t.ns=e.ns);let n=new URLSearchParams(t).toString().replace(/%3A/g,":").replace(/%2C/g,",");return[e.page==="wall"?"":e.ns?`/n/${Ve(
e.ns)}`:"/all",e.page,...(e.path??[]).map(Ve)].join("/")+(n?`?${n}`:"")}var pn=(e,t,n)=>ve({page:"events",ns:e,path:[t,n]}),ma=(e,t)=>ve({page:"entities",ns:e,path:[
t]}),w=_({page:"problems",ns:"default",path:[],query:{}}),Oo="default";function dn(){w.value=wi(location.pathname,location.search,Oo)}function ha(e){Oo=e;let t=No(
location.pathname);t!==location.pathname&&history.replaceState(null,"",t+location.search),addEventListener("popstate",dn),dn(),location.pathname==="/"&&history.
replaceState(null,"",ve(w.value))}function Tt(e,t=!1){e!==location.pathname+location.search&&history[t?"replaceState":"pushState"](history.state,"",e),dn()}function Z(e,t=!0){
let n=w.value;Tt(ve({...n,query:{...n.query,...e}}),t)}function ga(e){let t=e.target.closest?.("a");!t||e.defaultPrevented||e.button||e.ctrlKey||e.metaKey||e.shiftKey||
e.altKey||t.target||t.origin!==location.origin||t.getAttribute("href").startsWith("#")||(e.preventDefault(),Tt(t.pathname+t.search))}var X={silenced:1,flapping:2,ttl:4,metrics:8,runnable:16,dependency:32},hn=["namespace","entity","check","status","flags","occurrences","executed","since","told",
"output"],gn=(e,t,n)=>`${e}/${t}/${n}`,Ae=e=>(e.flags&X.silenced)!==0,Pe=e=>Math.min(e,3);function _n(e){let t=Object.fromEntries(e.map((r,i)=>[r,i])),n=(r,i)=>String(
r[t[i]??-1]??""),o=(r,i)=>Number(r[t[i]??-1]??0);return r=>{let i=n(r,"namespace"),s=n(r,"entity"),l=n(r,"check"),c=n(r,"output");return{key:gn(i,s,l),ns:i,entity:s,
check:l,output:c,status:o(r,"status"),flags:o(r,"flags"),occurrences:o(r,"occurrences"),executed:o(r,"executed"),since:o(r,"since"),told:n(r,"told"),hay:`${s} ${l}\
 ${c}`.toLowerCase()}}}var Lo=[3,2,0,1],Qe=(e,t)=>Mt(e.entity,t.entity)||Mt(e.check,t.check)||Mt(e.ns,t.ns),Mt=(e,t)=>e<t?-1:e>t?1:0,mn={severity:(e,t)=>Lo[Pe(e.
status)]-Lo[Pe(t.status)]||t.since-e.since||Qe(e,t),since:(e,t)=>t.since-e.since||Qe(e,t),executed:(e,t)=>t.executed-e.executed||Qe(e,t),entity:Qe,check:(e,t)=>Mt(
e.check,t.check)||Qe(e,t)};function Do(e,t,n){let o=Object.hasOwn(mn,t)?mn[t]:mn.severity;return e.sort(n?(r,i)=>o(i,r):o)}function Ct(e){let t=[[0,0],[0,0],[0,
0],[0,0]];for(let n of e){let o=t[Pe(n.status)];o[0]++,Ae(n)&&o[1]++}return t}var vn=e=>[0,1,2,3].map(t=>e?.[t]??[0,0]),$t=(e,t)=>e[t][0]-e[t][1];function Fo(e,t){
let n=new Map(t.map((r,i)=>[r,i])),o=e.flatMap(r=>n.get(r)??[]);return e.length-o.length+(t.length-o.length)+(o.length-ki(o))}function ki(e){let t=[];for(let n of e){
let o=0,r=t.length;for(;o<r;){let i=o+r>>1;t[i]<n?o=i+1:r=i}t[o]=n}return t.length}var bn=2e4,xi=2e3,Ko=_(0),Io=()=>Math.floor(Date.now()/1e3+Ko.value),ae=_(Math.floor(Date.now()/1e3)),ye=U(()=>Math.floor(ae.value/5)*5);function xa(){setInterval(
()=>{document.hidden||(ae.value=Io())},1e3),F(()=>{ae.value=Io()})}var Bo="picket-preferences",qo={theme:"auto",density:"normal",keys:!0,zone:"local"};function Si(){
try{return{...qo,...JSON.parse(localStorage.getItem(Bo)??"{}")}}catch{return qo}}var se=_(Si());function Sa(e){se.value={...se.value,...e};try{localStorage.setItem(
Bo,JSON.stringify(se.value))}catch{}}var Ze=U(()=>se.value.zone),Wo=e=>({ns:e,map:new Map,matched:0,counts:vn(void 0),loaded:"no",partial:!1,error:null}),y=_(Wo(
"")),Y=_(""),yn=_n(hn),Et=0,Ti=e=>e?kt(e,"events"):"/api/picket/v1/events";async function Ho(e,t){return _e(`${Ti(e)}?${new URLSearchParams(t)}`)}function Uo(e,t,n){
yn=_n(t.columns??hn);let o=new Map;for(let r of t.rows){let i=yn(r);o.set(i.key,i)}y.value={ns:e,map:o,matched:t.matched,counts:vn(t.counts),loaded:n,partial:t.
matched>t.rows.length,error:null}}async function Xe(){let e=w.value.ns,t=++Et,n=Y.value;y.value.ns!==e&&(y.value=Wo(e));try{if(y.value.loaded==="no"){let r=await Ho(
e,{status:"1,2,3",limit:String(xi)});t===Et&&Uo(e,r,"problems")}let o=await Ho(e,{limit:String(bn),...n?{q:n}:{}});return t===Et&&Uo(e,o,"all"),o.revision}catch(o){
throw t===Et&&(y.value={...y.value,error:o}),o}}var zo,Mi=100,Ci=.03;function $i(){zo=void 0,y.value={...y.value,counts:y.value.partial?y.value.counts:Ct(y.value.
map.values())}}function wn(){zo??=setTimeout($i,Math.max(Mi,y.value.map.size*Ci))}var jo=_([]);function Vo(e){let t=[],n=y.value.map,o=y.value.loaded==="all"&&!Y.
value;for(let r of e){let i=yn(r),s=n.get(i.key);!o&&!s&&i.status===0||(i.status===2&&s?.status!==2&&!(i.flags&1)&&t.push(i),n.set(i.key,i))}t.length&&(jo.value=
[...jo.value,...t].slice(-50)),wn()}function Pt(e){for(let[t,n,o]of e)y.value.map.delete(gn(t,n,o));wn()}function At(e,t){let n=y.value.map.get(e);n&&(y.value.map.
set(e,{...n,...t}),wn())}var Nt=_(null);async function kn(){let e=await _e("/api/picket/v1/summary");Se(()=>{Nt.value=e,Ko.value=e.now-Date.now()/1e3})}var Ye=U(
()=>{let e=y.value;if(e.ns===w.value.ns&&e.loaded==="all"&&!Y.value)return e.counts;let t=Nt.value?.namespaces.filter(n=>!w.value.ns||n.name===w.value.ns)??[];return t.
length?[0,1,2,3].map(n=>t.reduce((o,r)=>[o[0]+(r.counts[n]?.[0]??0),o[1]+(r.counts[n]?.[1]??0)],[0,0])):e.counts}),xn=U(()=>I.value?.namespaces??[]),Ne={silenced:_(
0),entities:_(0),checks:_(0),events:_(0)},be=e=>{Ne[e].value++},Rt=_([]),Ei=6e3,Ri=0;function Sn(e,t=!1){let n=++Ri;Rt.value=[...Rt.value,{id:n,text:e,bad:t}].slice(
-4),t||setTimeout(()=>Pi(n),Ei)}var Pi=e=>{Rt.value=Rt.value.filter(t=>t.id!==e)};var Le=[],Oe="",Go,Ai=1500;function Qo(e){return Le.unshift(e),()=>{Le.splice(Le.indexOf(e),1)}}var Ca=()=>Le.flat();function Ni(e){return(e.ctrlKey||e.metaKey?
"Ctrl-":"")+(e.shiftKey&&e.key.length>1?"Shift-":"")+(e.key===" "?"Space":(e.ctrlKey||e.metaKey)&&e.key.length===1?e.key.toUpperCase():e.key)}function Jo(e){let t=e;
return!!t&&(t.isContentEditable||t.tagName==="TEXTAREA"||t.tagName==="SELECT"||t.tagName==="INPUT"&&!/checkbox|radio/.test(t.type))}var Oi=e=>!!e?.closest?.("bu\
tton,a,input,summary,select");function Li(e,t){let n=t.target===document.body||!!t.target.closest?.("[data-list]");return Le.flat().find(o=>o.keys.split(" or ").
includes(e)&&(!o.row||n))}function Di(e){if(e.altKey||e.defaultPrevented||e.isComposing)return;let t=Ni(e),n=t.length===1||t==="Space";if(document.querySelector(
"dialog[open]")&&t!=="Ctrl-K"||Jo(e.target)&&n||n&&!se.value.keys||(t==="Space"||t==="Enter")&&Oi(e.target))return;let o=Li(Oe?`${Oe} ${t}`:t,e),r=!Oe&&Le.flat().
some(i=>i.keys.startsWith(`${t} `));clearTimeout(Go),Oe=!o&&r?t:"",Oe&&(Go=setTimeout(()=>{Oe=""},Ai)),!(!o||Jo(e.target)&&!t.startsWith("Ctrl-"))&&(e.preventDefault(),
o.run(e))}function $a(){addEventListener("keydown",Di)}function Zo(e){let t="",n={event:"message",id:0,data:""},o=r=>{if(r===""){n.data&&e(n),n={event:"message",id:n.id,data:""};return}let i=r.indexOf(":"),s=i<0?r:r.
slice(0,i),l=i<0?"":r.slice(i+1).replace(/^ /,"");s==="event"?n.event=l:s==="id"?n.id=Number(l)||n.id:s==="data"&&(n.data+=(n.data?`
`:"")+l)};return r=>{if(t+=r,t.length>8388608)throw new Error("a frame of the stream has no end");let i=t.split(/\r?\n/);t=i.pop(),i.forEach(o)}}var Fi=3e4;function Tn(e,t){
let n=Math.min(Fi,1e3*2**Math.max(0,e-1));return Math.round(n*(.75+t/2))}var q=_("off"),rr=_(0),ir=_(!0),Xo=4e4,Ii=3e4,qi=1e4,Hi=300,Ui=5e3,De=null,ee=0,Ot;function ji(){let e=["events","silenced","entities","checks"].filter(n=>St(w.
value.ns,"list",n));if(!e.includes("events"))return null;let t=w.value.ns||(xn.value.length===1?xn.value[0]:"");return`/api/picket/v1/watch?${new URLSearchParams(
{kinds:e.join(","),view:"rows",quiet:"yes",...t?{namespace:t}:{}})}`}var Mn=new Map;function Yo(e){!(e in Ne)||Mn.has(e)||Mn.set(e,setTimeout(()=>{Mn.delete(e),
be(e)},Hi))}var er;function Ki(){er??=setTimeout(()=>{er=void 0,kn().catch(()=>{})},Ui)}function tr(e){e.event==="rows"?Vo(JSON.parse(e.data)):e.event==="gone"?
Pt(JSON.parse(e.data)):e.event==="stale"&&Yo(JSON.parse(e.data).kind),(e.event==="rows"||e.event==="gone")&&Yo("events"),Ki()}async function Bi(e,t){let n=[],o=setTimeout(
()=>t.abort(),Xo),r=async()=>{n??=[];let c=await Xe();for(let f of n)f.id>c&&tr(f);n=null},i=Zo(c=>{c.event==="reload"?r().catch(()=>t.abort()):n?n.push(c):tr(c)}),
s=e.body.pipeThrough(new TextDecoderStream).getReader(),l=r().catch(()=>t.abort());try{for(;;){let{done:c,value:f}=await s.read();if(c)return await l;clearTimeout(
o),o=setTimeout(()=>t.abort(),Xo),Ge.value=Date.now(),i(f)}}finally{clearTimeout(o)}}function sr(){ee=0,rr.value=0,q.value="live",kn().catch(()=>{});for(let e of Object.
keys(Ne))be(e)}async function Wi(e){let t=ji();if(!t)return nr(e);let n=await fetch(t,{headers:wt(),credentials:"same-origin",cache:"no-store",signal:e.signal});
if(Ge.value=Date.now(),n.status===403||n.status===404)return nr(e);if(n.status===401)throw await Je(),new K(401,"the session is over");if(!n.ok)throw new K(n.status,
"the stream of changes was refused");ee&&await Je(),sr(),await Bi(n,e)}async function nr(e){await Xe(),sr(),q.value="polling",await new Promise(t=>{let n=setTimeout(
t,qi);e.signal.addEventListener("abort",()=>{clearTimeout(n),t()})})}function or(){ee++,ee>1?(q.value="offline",rr.value||=Math.floor(Ge.value/1e3)):q.value="co\
nnecting"}async function Lt(){clearTimeout(Ot),De?.abort();let e=De=new AbortController;if(!I.value||Re.value){q.value="off";return}if(!ir.value){q.value="pause\
d";return}q.value!=="offline"&&(q.value="connecting");let t=()=>q.value==="polling";try{await Wi(e)}catch{De===e&&(or(),Ot=setTimeout(()=>{Lt()},ee===1?300:Tn(ee-
1,Math.random())));return}if(De===e){if(t())return void Lt();or(),Ot=setTimeout(()=>{Lt()},ee===1?300:Tn(ee-1,Math.random()))}}var Cn=()=>{ee=0,Lt()};function Da(){
let e;document.addEventListener("visibilitychange",()=>{clearTimeout(e),document.hidden?e=setTimeout(()=>{De?.abort(),De=null,clearTimeout(Ot),q.value="off"},Ii):
(q.value==="off"||q.value==="offline")&&Cn()}),addEventListener("online",()=>Cn());let t="";F(()=>{let n=[I.value?.username??"",Re.value,ir.value,w.value.ns,Y.value,
JSON.stringify(I.value?.may??{})].join(`
`);n!==t&&(t=n,Promise.resolve().then(()=>Cn()))})}var zi=Symbol.for("pv"),Vi=0;function a(e,t,n,o,r,i){t||(t={});var s,l,c=t;if("ref"in c&&typeof e!="function")for(l in c={},t)l=="ref"?s=t[l]:c[l]=t[l];var f={type:e,props:c,key:n,ref:s,__k:null,
__:null,__b:0,__e:null,__c:null,constructor:zi,__v:--Vi,__i:-1,__u:0};return(r||i)&&(f.__source=r,f.__self=i),v.vnode&&v.vnode(f),f}function za(e,t=[]){let[n,o]=he({path:e,error:null,loading:!!e}),[r,i]=he(0),s=t.map(c=>Ne[c].value).join();P(()=>{if(!e)return;let c=new AbortController;return o(
f=>f.path===e?{...f,loading:!0}:{path:e,error:null,loading:!0}),_e(e,c.signal).then(f=>o({path:e,data:f,error:null,loading:!1}),f=>{c.signal.aborted||o(u=>({path:e,
data:u.path===e?u.data:void 0,error:f,loading:!1}))}),()=>c.abort()},[e,s,r]);let l=n.path===e;return{data:l?n.data:void 0,error:l?n.error:null,loading:!l||n.loading,
again:()=>i(c=>c+1)}}function le(e){let t=N(e);t.current=e,P(()=>Qo(e.map((n,o)=>({...n,run:r=>t.current[o]?.run(r)}))),[e.map(n=>n.keys).join()])}var ar="(max-\
width: 699px)",$n=_(matchMedia(ar).matches);matchMedia(ar).addEventListener("change",e=>{$n.value=e.matches});var Gi=_("Problems");function lr(e){We(()=>{Gi.value=
e},[e])}function ur(e,t=150){let n=j(!1);return P(()=>{if(!e){n.value=!1;return}let o=setTimeout(()=>{n.value=!0},t);return()=>clearTimeout(o)},[e]),n.value&&e}
function cr(e){let t=j(600);return We(()=>{let n=new ResizeObserver(()=>{e.current&&(t.value=e.current.clientHeight)});return n.observe(e.current),()=>n.disconnect()},
[]),t}var B={keys:new Set,anchor:null};function Dt(e,t){let n=new Set(e.keys);return n.delete(t)||n.add(t),{keys:n,anchor:t}}function Ft(e,t,n){let o=t.indexOf(e.anchor??
n),r=t.indexOf(n);if(o<0||r<0)return Dt(e,n);let i=new Set(e.keys);for(let s of t.slice(Math.min(o,r),Math.max(o,r)+1))i.add(s);return{keys:i,anchor:e.anchor??n}}
var et=e=>({keys:new Set(e),anchor:e[0]??null});function fr(e,t){let n=new Set([...e.keys].filter(t));return n.size===e.keys.size?e:{keys:n,anchor:e.anchor&&t(e.
anchor)?e.anchor:null}}var Ji=_(null),dr=e=>{Ji.value=e},Za=_(!1),Xa=_(""),Ya=_(!1),el=_(!1),L=_(B);var Qi={critical:{f:"M5 1h6l4 4v6l-4 4H5l-4-4V5z",c:"M8 4.2v4.6M8 11.4v.2"},warning:{f:"M8 1.2 15.4 14.6H.6z",c:"M8 6v4.2M8 12.3v.2"},unknown:{f:"M8 .6 15.4 8 8\
 15.4.6 8z",c:"M6.3 6.3a1.8 1.8 0 1 1 2.4 1.9c-.5.2-.7.5-.7 1.1M8 11.4v.2"},ok:{s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M5 8.2l2.1 2.1L11 6"},silenced:{s:"\
M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12"},bell:{s:"M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 \
0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6"},told:{s:"M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5"},nobody:{s:"M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 \
2M3.8 12.2l8.4-8.4"},filtered:{s:"M2 2.5h12L9.5 8.2v5l-3-1.6V8.2z"},held:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M6.4 5.4v5.2M9.6 5.4v5.2"},failed:{s:"\
M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"},waiting:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M8 4.6V8l2.4 1.6"},
problems:{s:"M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM8 5v3.6M8 10.9v.2"},events:{s:"M2 4h1M2 8h1M2 12h1M5.5 4H14M5.5 8H14M5.5 12H14"},entities:{s:"M\
2 2.5h12v4.2H2zM2 9.3h12v4.2H2zM4.5 4.6h.2M4.5 11.4h.2"},checks:{s:"M2 3.8l1.2 1.2 2-2.2M2 8.4l1.2 1.2 2-2.2M2 13l1.2 1.2 2-2.2M8 4h6M8 8.6h6M8 13.2h6"},silences:{
s:"M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12"},config:{s:"M2 4.5h7M12.5 4.5H14M2 11.5h1.5\
M7 11.5h7M10.8 2.8v3.4M5.2 9.8v3.4"},journal:{s:"M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3"},backend:{s:"M2 4.2C2 3 4.7 2 8 2s6 1 6 2.2v7.6C14 13 11.3 14 8 14s-6-1\
-6-2.2zM2 4.2c0 1.2 2.7 2.2 6 2.2s6-1 6-2.2M2 8c0 1.2 2.7 2.2 6 2.2S14 9.2 14 8"},wall:{s:"M1.5 2.5h13v8.5h-13zM5 14h6M8 11v3"},search:{s:"M7 2a5 5 0 1 1 0 10A5\
 5 0 1 1 7 2M10.6 10.6 14.3 14.3"},down:{s:"M3.5 6 8 10.5 12.5 6"},back:{s:"M10 3 5 8l5 5"},close:{s:"M3.5 3.5l9 9M12.5 3.5l-9 9"},run:{s:"M13.5 8A5.5 5.5 0 1 1\
 11.6 3.8M13.6 1.6v3.2h-3.2"},delete:{s:"M2.5 4h11M6 4V2.2h4V4M4 4l.7 10h6.6L12 4M6.7 6.8v4.6M9.3 6.8v4.6"},user:{s:"M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 1 1 0-\
5.6M2.5 14.2c.4-2.8 2.6-4.2 5.5-4.2s5.1 1.4 5.5 4.2"},theme:{f:"M8 1.5a6.5 6.5 0 0 1 0 13z",s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13"},help:{s:"M8 1.5a6.\
5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M6 6.2A2 2 0 1 1 8.6 8c-.4.2-.6.6-.6 1.2M8 11.4v.2"},more:{s:"M3 8h.2M8 8h.2M13 8h.2"},plus:{s:"M8 3v10M3 8h10"},pause:{s:"M5\
.5 3v10M10.5 3v10"},play:{s:"M4.5 2.8v10.4L13 8z"},graph:{s:"M2 2v12h12M4.5 10.5 7.5 7l2.5 2 3.5-5"},link:{s:"M6.5 3.5H2.8v9.7h9.7V9.5M9 2.8h4.2V7M13 3 7.2 8.8"},
flap:{s:"M1.5 11 4.5 4l3 8 3-8 3 7"}};function A({name:e,title:t,size:n=16}){let o=Qi[e];return a("svg",{class:`icon icon-${e}`,width:n,height:n,viewBox:"0 0 16\
 16",role:t?"img":void 0,"aria-hidden":t?void 0:"true","aria-label":t,children:[o.f&&a("path",{class:"fill",d:o.f}),o.s&&a("path",{class:"line",d:o.s}),o.c&&a("\
path",{class:"cut",d:o.c})]})}var pr=[["d",86400],["h",3600],["m",60],["s",1]];function tt(e){let t=Math.max(0,Math.floor(e)),n=pr.findIndex(([,r])=>t>=r);if(n<0)return"0 s";let o=[];for(let[
r,i]of pr.slice(n,n+2))t>=i&&o.push(`${Math.floor(t/i)} ${r}`),t%=i;return o.join(" ")}var qt=e=>tt(e<60?e:e-e%60),rl=e=>`every ${e===60?"minute":e===3600?"hou\
r":e===86400?"day":tt(e)}`,gr=(e,t)=>t-e<1?"just now":`${tt(t-e)} ago`;var mr=new Map;function _r(e,t){let n=e+JSON.stringify(t),o=mr.get(n);return o||mr.set(n,o=new Intl.DateTimeFormat("en-GB",{...t,hourCycle:"h23",...e==="utc"?{timeZone:"\
UTC"}:{}})),o}var vr={hour:"2-digit",minute:"2-digit"},Zi={...vr,second:"2-digit"},Xi={year:"numeric",month:"2-digit",day:"2-digit"},It=(e,t,n=!1)=>_r(t,n?Zi:vr).
format(e*1e3);function we(e,t){let n=Object.fromEntries(_r(t,Xi).formatToParts(e*1e3).map(o=>[o.type,o.value]));return`${n.year}-${n.month}-${n.day}`}function yr(e,t,n){
return we(e,n)===we(t,n)?It(e,n):`${we(e,n)} ${It(e,n)}`}function Yi(e,t){let n=t==="utc"?0:-new Date(e*1e3).getTimezoneOffset(),o=Math.abs(n),r=i=>String(i).padStart(
2,"0");return`${n<0?"-":"+"}${r(Math.floor(o/60))}:${r(o%60)}`}function Ht(e,t){if(!e)return"never";let n=`${we(e,"utc")} ${It(e,"utc",!0)} UTC`;return t==="utc"?
n:`${we(e,t)} ${It(e,t,!0)} ${Yi(e,t)} = ${n}`}var es={s:1,m:60,min:60,h:3600,d:86400,w:604800};function En(e){let t=e.trim().toLowerCase();if(!/^(\d+(\.\d+)?\s*(s|min|m|h|d|w)\s*)+$/.
test(t))return;let n=0;for(let o of t.matchAll(/(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)/g))n+=Number(o[1])*es[o[2]];return Math.round(n)}function il(e,t,n){let o=En(e);
if(o!==void 0)return o>0?t+o:void 0;let r=/^(?:until\s+)?(?:(\d{4}-\d\d-\d\d)[ t])?(\d{1,2}):(\d\d)$/i.exec(e.trim());if(!r||Number(r[2])>23||Number(r[3])>59)return;
let i=hr(r[1]??we(t,n),Number(r[2]),Number(r[3]),n);return i===void 0||i>t?i:r[1]?void 0:hr(we(t+86400,n),Number(r[2]),Number(r[3]),n)}function hr(e,t,n,o){let[
r,i,s]=e.split("-").map(Number),l=o==="utc"?Date.UTC(r,i-1,s,t,n):new Date(r,i-1,s,t,n).getTime();return Number.isNaN(l)?void 0:Math.floor(l/1e3)}var Fe=e=>Object.assign(Object.create(null),e);var ts=Fe({"":{icon:"nobody",word:"nobody",title:"Nobody was told: it names no handler, or nothing is decided yet",tone:"quiet"},told:{icon:"told",word:"told",title:"\
A handler told somebody",tone:"good"},delivered:{icon:"told",word:"told",title:"A handler told somebody",tone:"good"},filtered:{icon:"filtered",word:"filtered",
title:"A filter of every handler said no",tone:"quiet"},"held back":{icon:"held",word:"held back",title:"Held back: by an alert rule, or by what it depends on",
tone:"quiet"},failed:{icon:"failed",word:"failed",title:"A handler tried to tell and failed",tone:"bad"},unknown:{icon:"failed",word:"no handler",title:"The han\
dler it names does not exist",tone:"bad"},dropped:{icon:"failed",word:"dropped",title:"Not told: sets of handlers nested too deeply, or too many of them",tone:"\
bad"},waiting:{icon:"waiting",word:"waiting",title:"On its way: it runs, or is tried again",tone:"quiet"}}),Rn=e=>ts[e]??{icon:"nobody",word:e,title:e,tone:"qui\
et"},ns=Fe({not_silenced:"it is silenced",is_incident:"it is no incident, nor the end of one",has_metrics:"it has no metrics"});function os(e){let t=/^filter ([^:]+): ?([^]*)$/.
exec(e);return t?[ns[t[1]]??`filter ${t[1]} said no`,t[2]]:["a filter said no",e]}function ul(e){let t=Rn(e.outcome),n=e.why??"";switch(e.outcome){case"delivere\
d":return{...t,text:"told",detail:n};case"filtered":{let[o,r]=os(n);return{...t,text:`not told: ${o}`,detail:r}}case"held back":return{...t,text:(e.alert?.told?
"told before; not again yet: ":"not yet: ")+(n.replace(/^alert rule: /,"")||"held back"),detail:""};case"failed":return{...t,text:"not told: it failed",detail:n};case"\
unknown":return{...t,text:"not told: there is no such handler",detail:n};case"dropped":return{...t,text:"not told: dropped",detail:n};case"waiting":return{...t,
text:"on its way",detail:n};default:return{...t,text:e.outcome,detail:n}}}var rs=e=>e.outcome==="delivered"||e.outcome==="told"||!!e.alert?.told;function cl(e,t,n){
if(!t)return{text:"Nobody: this check names no handler.",tone:n?"bad":"quiet"};if(!e||!e.handlers.length)return{text:"Nothing is decided yet.",tone:"quiet"};let o=[
...new Set(e.handlers.filter(rs).map(i=>i.handler))];return o.length?{text:`Yes: ${o.slice(0,3).join(", ")}${o.length>3?` and ${o.length-3} more`:""}.`,tone:"go\
od"}:e.handlers.some(i=>i.outcome==="waiting")?{text:"It is on its way.",tone:"quiet"}:n?{text:"No, nobody.",tone:e.handlers.some(i=>["failed","unknown","droppe\
d"].includes(i.outcome))?"bad":"quiet"}:{text:"No, and it is well.",tone:"quiet"}}function fl(e,t){let n=Math.max(1,e?.after??1),o=e?.every??1;return t<n?n:o?n+
o*(Math.floor((t-n)/o)+1):0}var is=/\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u2400-\u2421\u27e8\u27e9]+/gi;function ss(e){let t=e.replace(/[.,;:!?*]+$/,"");for(let[n,o]of["()","[]","{}"])t.endsWith(o)&&t.split(o).length>t.split(n).length&&(t=t.slice(0,-1));return t}function as(e){
try{let t=new URL(e);return t.protocol==="http:"||t.protocol==="https:"?t.href:void 0}catch{return}}function br(e){let t=[],n=0,o=0;for(let r of e.matchAll(is)){
let i=ss(r[0]),s=as(i);!s||++o>200||(r.index>n&&t.push({text:e.slice(n,r.index)}),t.push({text:i,href:s}),n=r.index+i.length)}return n<e.length&&t.push({text:e.
slice(n)}),t}var W=({text:e})=>a("bdi",{children:Ee(e)});function ls({text:e,lines:t=!1}){return a("bdi",{children:br((t?ln:Ee)(e)).map(n=>n.href?a("a",{href:n.href,target:"\
_blank",rel:"noopener noreferrer",children:n.text}):n.text)})}var wl=({t:e})=>a("time",{title:Ht(e,Ze.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?
yr(e,ae.value,Ze.value):"never"}),kl=({t:e})=>a("time",{title:Ht(e,Ze.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?gr(e,ae.value):"never"}),
wr=({since:e})=>a("time",{title:e?`since ${Ht(e,Ze.value)}`:"not known since when",children:e?qt(ye.value-e):"?"}),us=["OK","Warning","Critical","Unknown"],cs=[
"ok","warning","critical","unknown"],fs=e=>e>3?`Unknown ${e}`:us[e],z=e=>["ok","warning","critical","unknown"][Pe(e)];function kr({status:e,silenced:t,badge:n}){
return a("span",{class:`status s-${z(e)}${n?" badge":""}${t?" is-silenced":""}`,children:[a(A,{name:cs[Pe(e)]}),fs(e)]})}function xr({told:e}){let t=Rn(e);return a(
"span",{class:`told t-${t.tone}`,title:t.title,children:[a(A,{name:t.icon}),a("span",{children:Ee(t.word)})]})}function O({icon:e,kind:t,shortcut:n,why:o,children:r,
...i}){return a("button",{type:"button",...i,class:`button ${t??""} ${i.class??""}`,"aria-disabled":o?"true":void 0,title:o||i.title,"aria-keyshortcuts":n,onClick:o?
void 0:i.onClick,children:[e&&a(A,{name:e}),r,n&&a("kbd",{"aria-hidden":"true",children:n})]})}function xl({title:e,side:t,children:n,class:o=""}){return a("sec\
tion",{class:`card ${o}`,"aria-label":e,children:[a("header",{children:[a("h2",{children:e}),t&&a("div",{class:"side",children:t})]}),n]})}function Sl({list:e}){
return a("dl",{class:"facts",children:e.filter(([,t])=>t!=null&&t!==""&&t!==!1).map(([t,n])=>a(C,{children:[a("dt",{children:t}),a("dd",{children:typeof n=="str\
ing"?a(W,{text:n}):n})]}))})}function Tl({of:e}){let t=Object.entries(e??{});return t.length?a("ul",{class:"pairs",children:t.map(([n,o])=>a("li",{children:[a("\
span",{class:"key",children:a(W,{text:n})})," ",a("span",{class:"value",children:a(ls,{text:String(o)})})]}))}):null}var ke=(e,t,n=`${t}s`)=>`${e.toLocaleString(
"en-GB").replace(/,/g," ")} ${e===1?t:n}`,V=e=>e.toLocaleString("en-GB").replace(/,/g," ");function Pn({title:e,onClose:t,children:n,wide:o,fixed:r}){let i=N(null);return P(()=>{let l=document.activeElement;return i.current.showModal(),i.current.querySelector(
"[data-first]")?.focus(),()=>{l?.isConnected&&l.focus()}},[]),a("dialog",{ref:i,class:o?"wide":"","aria-label":e,onMouseDown:l=>{l.target===i.current&&!r&&t()},
onCancel:l=>{l.preventDefault(),r||t()},children:a("div",{class:"dialog",children:[a("header",{children:[a("h2",{children:e}),!r&&a("button",{type:"button",class:"\
button quiet icon-only","aria-label":"Close",onClick:t,children:a(A,{name:"close"})})]}),n]})})}var nt=_(null),An=e=>{nt.value=e};function ds({q:e}){let[t,n]=he(
""),o=!e.typed||t===e.typed,r=()=>{nt.value=null},i=s=>{s.preventDefault(),o&&(r(),e.run())};return a(Pn,{title:e.title,onClose:r,children:a("form",{onSubmit:i,
children:[a("div",{class:"prose",children:e.text}),e.typed&&a("label",{class:"field",children:[a("span",{children:["Write ",a("b",{children:e.typed})," to confi\
rm"]}),a("input",{"data-first":!0,value:t,onInput:s=>n(s.currentTarget.value),autocomplete:"off",spellcheck:!1})]}),a("footer",{children:[a(O,{onClick:r,children:"\
Cancel"}),a(O,{type:"submit",kind:e.danger?"danger":"main",why:!o&&`Write ${e.typed} first`,...e.typed?{}:{"data-first":!0},children:e.act})]})]})})}var Al=()=>nt.
value?a(ds,{q:nt.value},nt.value.title):null;function Sr(e,t,n,o){let r=Math.max(0,Math.floor(e/n)-8),i=Math.min(o,Math.ceil((e+t)/n)+8);return{first:Math.min(r,o),last:Math.max(i,Math.min(r,o))}}function Nn(e,t,n,o,r){
let i=e*o,s=i+o+r;return i<t?i:s>t+n?s-n:t}var Tr={phone:68,normal:38,dense:30};function Mr(e){let t=N(null),n=N(null),o=N(!1),r=j(0),i=cr(t),s=$n.value?Tr.phone:Tr[se.value.density],l=e.items.map(e.keyOf),
c=e.focus.value===null?-1:l.indexOf(e.focus.value),f=Sr(r.value,i.value,s,e.items.length),u=c>=0&&(c<f.first||c>=f.last)?[c]:[];for(let h=f.first;h<f.last;h++)u.
push(h);let p=h=>{if(!l.length)return;let k=Math.max(0,Math.min(l.length-1,h)),g=t.current;g.scrollTop=Nn(k,g.scrollTop,g.clientHeight,s,n.current.offsetHeight),
r.value=g.scrollTop,o.current=!0,e.focus.value===l[k]?m():e.focus.value=l[k]},m=()=>{t.current?.querySelector('.row[tabindex="0"]')?.focus({preventScroll:!0}),o.
current=!1};We(()=>{o.current&&m()}),P(()=>{c>=0&&t.current&&(t.current.scrollTop=Nn(c,0,t.current.clientHeight,s,40))},[]),hs(e,l,c,p,Math.max(1,Math.floor(i.value/
s)-2));let d=h=>()=>{e.inUse&&(e.inUse.value=h)};return a("div",{class:`grid grid-${e.name}`,role:"grid","aria-label":e.label,"aria-rowcount":e.items.length+1,"\
aria-multiselectable":e.selection?"true":void 0,"data-list":!0,ref:t,onScroll:h=>{r.value=h.currentTarget.scrollTop},onPointerEnter:d(!0),onPointerLeave:d(!1),children:[
a(ps,{p:e,head:n,keys:l}),a("div",{class:"body",role:"rowgroup",style:{height:`${e.items.length*s}px`},children:u.map(h=>a(ms,{p:e,item:e.items[h],k:l[h],index:h,
height:s,order:l,stop:h===(c<0?0:c)},l[h]))})]})}function ps({p:e,head:t,keys:n}){let o=e.selection?.value.keys.size??0,r=i=>i.sort&&i.sort===e.sort?e.reversed?
"descending":"ascending":void 0;return a("div",{class:"head",role:"row","aria-rowindex":1,ref:t,children:[e.selection&&a("div",{role:"columnheader",class:"cell \
c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:"Select all"}),a("input",{type:"checkbox",tabIndex:-1,checked:o>0&&o>=n.length,
indeterminate:o>0&&o<n.length,onClick:()=>{e.selection.value=o?B:et(n)}})]})}),e.columns.map(i=>a("div",{role:"columnheader",class:`cell c-${i.id}`,"aria-sort":r(
i),children:i.sort?a("button",{type:"button",tabIndex:-1,onClick:()=>e.onSort?.(i.sort),children:[i.name,a("span",{class:"arrow","aria-hidden":"true"})]}):i.name}))]})}
function ms({p:e,item:t,k:n,index:o,height:r,order:i,stop:s}){let l=!!e.selection?.value.keys.has(n),c=u=>{if(!(u.target.closest("a,button,label,input")||getSelection()?.
type==="Range")){if(u.shiftKey&&e.selection){e.selection.value=Ft(e.selection.value,i,n);return}e.open(t)}},f=u=>{e.selection.value=u.shiftKey?Ft(e.selection.value,
i,n):Dt(e.selection.value,n)};return a("div",{class:`row ${e.rowClass?.(t)??""}${l?" selected":""}`,role:"row","aria-rowindex":o+2,"aria-selected":e.selection?l:
void 0,tabIndex:s?0:-1,style:{height:`${r}px`,transform:`translateY(${o*r}px)`},onClick:c,onFocus:()=>{e.focus.value=n},children:[e.selection&&a("div",{role:"gr\
idcell",class:"cell c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:["Select ",e.describe(t)]}),a("input",{type:"checkbox",
tabIndex:-1,checked:l,onClick:f})]})}),e.cells(t).map((u,p)=>a("div",{role:"gridcell",class:`cell c-${e.columns[p].id}`,children:u}))]})}function hs(e,t,n,o,r){
let i="Lists",s=e.selection,l=()=>{let f=e.items[n];f&&e.open(f)},c=f=>{if(!s)return;let u=t[Math.max(0,Math.min(t.length-1,f))];u&&(s.value=Ft(s.value.anchor?s.
value:{...s.value,anchor:t[n]??u},t,u)),o(f)};le([{keys:"j or ArrowDown",does:"Next row",group:i,row:!0,run:()=>o(n+1)},{keys:"k or ArrowUp",does:"Previous row",
group:i,row:!0,run:()=>o(n<0?0:n-1)},{keys:"Home",does:"First row",group:i,row:!0,run:()=>o(0)},{keys:"End",does:"Last row",group:i,row:!0,run:()=>o(t.length-1)},
{keys:"PageDown",does:"A screen further",group:i,row:!0,run:()=>o(n+r)},{keys:"PageUp",does:"A screen back",group:i,row:!0,run:()=>o(n-r)},{keys:"Enter or o",does:"\
Open",group:i,row:!0,run:l},...s?[{keys:"x or Space",does:"Select",group:i,row:!0,run:()=>{let f=t[n];f&&(s.value=Dt(s.value,f))}},{keys:"Shift-ArrowDown",does:"\
Extend the selection down",group:i,row:!0,run:()=>c(n+1)},{keys:"Shift-ArrowUp",does:"Extend the selection up",group:i,row:!0,run:()=>c(n-1)},{keys:"Ctrl-A",does:"\
Select all that match",group:i,row:!0,run:()=>{s.value=et(t)}}]:[]])}var gs=Fe({ok:0,warning:1,critical:2,unknown:3}),On=32;function Dn(e){return[...e.matchAll(/-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)/gi)].map(t=>t[0])}function _s(e){let t=e.
toLowerCase();if(!t.includes("*"))return o=>o.toLowerCase()===t;let n=new RegExp(`^${t.split("*").map(o=>o.replace(/[.+?^${}()|[\]\\]/g,"\\$&")).join("[^]*")}$`);
return o=>n.test(o.toLowerCase())}var Fn=e=>e.split(",").filter(Boolean);function vs(e){let t=new Set;for(let n of Fn(e)){let o=gs[n.toLowerCase()]??(/^\d{1,10}$/.
test(n)?Number(n):-1);if(o<0)return`status:${n} is none of ok, warning, critical, unknown or a number`;t.add(o)}return n=>t.has(n.status)||n.status>3&&t.has(3)}
function ys(e){if(e==="no")return n=>n.told!=="told";if(e==="yes")return n=>n.told==="told";if(e==="nobody")return n=>n.told==="";let t=Fn(e.replace(/[_-]/g," "));
return n=>t.includes(n.told)}function bs(e){let t=/^([<>])(.+)$/.exec(e),n=t?En(t[2]):void 0;return n===void 0?`since:${e} is not like since:>1h or since:<10m`:
t[1]===">"?(o,r)=>r-o.since>n:(o,r)=>r-o.since<n}function Ln(e,t){let n=Fn(e).map(_s);return o=>n.some(r=>r(t(o)))}var Cr=e=>/^(yes|true|only|1)$/i.test(e),ws=e=>/^(no|false|0)$/i.
test(e),$r=Fe({status:vs,told:ys,since:bs,entity:e=>Ln(e,t=>t.entity),check:e=>Ln(e,t=>t.check),ns:e=>Ln(e,t=>t.ns),silenced:e=>Cr(e)||ws(e)?t=>(t.flags&1)!==0===
Cr(e):`silenced:${e} is neither yes nor no`,label:()=>()=>!0});function ks(e){let t=/^(-?)(?:([a-z]+):)?("?)([^]*)$/i.exec(e),n=t[2]?.toLowerCase(),o=t[3]?t[4].
replace(/"$/,""):t[4],r=t[1]==="-";if(!n||!(n in $r)){let s=(n?`${t[2]}:`:"")+o,l=s.toLowerCase();return{field:"word",not:r,value:s,test:c=>c.hay.includes(l)}}if(!o)
return`${n}: needs a value`;let i=$r[n](o);return typeof i=="string"?i:{field:n,not:r,value:o,test:i}}function Ie(e){let t=[],n=[];for(let o of Dn(e).slice(0,On)){
if(o==="-")continue;let r=ks(o);typeof r=="string"?n.push(r):t.push(r)}return Dn(e).length>On&&n.push(`only the first ${On} words count`),{terms:t,errors:n,server:t.
some(o=>o.field==="label")}}var In=(e,t,n)=>e.terms.every(o=>o.test(t,n)!==o.not);function ot(e,t,n){return[...Dn(e).filter(r=>!new RegExp(`^-?${t}:`,"i").test(
r)),...n?[`${t}:${/\s/.test(n)?`"${n}"`:n}`]:[]].join(" ")}var qn=(e,t)=>Ie(e).terms.find(n=>n.field===t&&!n.not)?.value??"";var xs=(e,t)=>`${e||"*"}:${t||"*"}`,H=_(null),Ss=4;async function rt(e,t,n,o){let r={title:e,total:t.length,done:0,failures:[],stopped:!1,over:!1},i=()=>{(t.length>
1||r.failures.length)&&(H.value={...r,stopped:H.value?.stopped??r.stopped})},s=[...t];i();let l=async()=>{for(let f=s.shift();f!==void 0&&!H.value?.stopped;f=s.
shift()){try{await o(f)}catch(u){r.failures.push({what:n(f),why:u.message})}r.done++,i()}};await Promise.all(Array.from({length:Ss},l)),r.over=!0;let c=r.done-r.
failures.length;return r.failures.length||H.value?.stopped?i():(H.value=null,Sn(`${e}: done${t.length>1?` for ${c}`:""}`)),c}var Er=()=>{H.value&&(H.value={...H.
value,stopped:!0})},Hn=()=>{H.value=null},Ut=e=>`${e.entity} / ${e.check}`;async function Ts(e,t,n,o,r){let i=r?.metadata.name??xs(t,n),s={metadata:{...r?.metadata??
{},name:i,namespace:e},...t&&t!=="*"?{subscription:t}:{},...n&&n!=="*"?{check:n}:{},expire:o.expire,expire_on_resolve:o.onResolve,reason:o.reason,begin:o.begin,
...r?.windows?.length?{windows:r.windows}:{}};await Q("PUT",ie(e,"silenced",i),s)}async function Zl(e,t,n){await rt("Silence",e,Ut,async o=>{await Ts(o.ns,`enti\
ty:${o.entity}`,o.check,t),t.begin<=n+1&&At(o.key,{flags:Rr(o)|X.silenced})}),be("silenced")}var Rr=e=>e.flags??0,Xl=e=>Q("DELETE",ie(e.metadata.namespace,"sile\
nced",e.metadata.name));async function Pr(e){await rt("Unsilence",e,Ut,async t=>{let o=(await _e(ie(t.ns,"events",t.entity,t.check))).check?.silenced??[],r=`ent\
ity:${t.entity}:${t.check}`,i=o.filter(s=>s!==r);if(o.includes(r)&&await Q("DELETE",ie(t.ns,"silenced",r)),i.length)throw new K(0,`silenced by ${i.join(", ")}, \
which hits others, too: end it on the page Silences`);At(t.key,{flags:Rr(t)&~X.silenced})}),be("silenced")}async function Ar(e){let t=new Map;for(let n of e)t.set(
`${n.ns}/${n.check}`,[...t.get(`${n.ns}/${n.check}`)??[],n]);await rt("Re-run",[...t.values()],n=>`${n[0].check} on ${n.length>1?`${n.length} machines`:n[0].entity}`,
n=>Ms(n[0].ns,n[0].check,n.map(o=>`entity:${o.entity}`)))}async function Ms(e,t,n){await Q("POST",ie(e,"checks",t,"execute"),{check:t,...n?{subscriptions:n}:{}})}
async function Nr(e){await rt("Resolve",e,Ut,async t=>{await Q("PUT",kt(t.ns,"events",t.entity,t.check,"resolve"),{}),At(t.key,{status:0})})}async function Or(e){
await rt("Delete",e,Ut,async t=>{await Q("DELETE",ie(t.ns,"events",t.entity,t.check)),Pt([[t.ns,t.entity,t.check]])})}async function Yl(e,t,n){await Q("PATCH",ie(
e,"checks",t),{publish:n}),be("checks"),Sn(n?`${t} is published: it runs again`:`${t} is paused: nobody runs it until it is published`)}function lu(){let e=H.value;if(!e)return null;let t=e.over,n=e.failures.length;return a(Pn,{title:e.title,onClose:t?Hn:()=>{},fixed:!t,children:[a("progress",{max:e.
total,value:e.done,"aria-label":e.title}),a("p",{role:"status",children:[t?`${e.done-n} done`:`${e.done} of ${e.total}`,n>0&&`, ${n} failed`,t&&e.stopped&&e.done<
e.total&&`, ${e.total-e.done} left as they were`]}),n>0&&a("ul",{class:"failures",children:e.failures.slice(0,200).map(o=>a("li",{children:[a("b",{children:a(W,
{text:o.what})}),a("span",{children:a(W,{text:o.why})})]}))}),a("footer",{children:t?a(O,{kind:"main","data-first":!0,onClick:Hn,children:"Close"}):a(O,{onClick:Er,
why:e.stopped&&"It stops after what is under way",children:"Stop"})})]})}var Lr=e=>e.length===1?`${e[0].entity} / ${e[0].check}`:ke(e.length,"event");function Cs(e){
An({title:`Resolve ${Lr(e)}?`,act:"Resolve",run:()=>{Nr(e)},text:a("p",{children:"The stored status becomes OK, and handlers hear of it. The next result of the \
check says again what it finds."})})}function $s(e,t){An({title:`Delete ${Lr(e)}?`,act:"Delete",danger:!0,run:()=>{Or(e).then(t)},text:a("p",{children:"The even\
t and its history go. A check that still runs makes a new one with its next result."})})}function Es(e,t){let n=e[0]?.ns??"",o=new Set(e.map(f=>f.ns)).size<=1,r=(f,u)=>[
...new Set(e.map(p=>p.ns))].every(p=>St(p,f,u)),i=e.filter(f=>f.flags&X.silenced),s=e.filter(f=>f.status),l=e.filter(f=>f.flags&X.runnable);return[r("create","s\
ilenced")&&{id:"silence",name:"Silence",key:"s",icon:"silenced",why:o?"":"They are of several namespaces",run:()=>dr({ns:n,events:e})},r("delete","silenced")&&{
id:"unsilence",name:"Unsilence",key:"u",icon:"bell",why:i.length?"":"None is silenced",run:()=>{Pr(i)}},r("create","checks")&&{id:"rerun",name:"Re-run",key:"r",
icon:"run",why:l.length?"":"No check of this name is defined here: the result came by itself",run:()=>{Ar(l)}},r("update","events")&&{id:"resolve",name:"Resolve",
key:"e",icon:"ok",why:s.length?"":"It is well already",run:()=>Cs(s)},r("delete","events")&&{id:"delete",name:"Delete",key:"#",icon:"delete",why:"",run:()=>$s(e,
t)}].filter(f=>!!f)}function Un({list:e,after:t,hidden:n,quiet:o}){let r=Es(e,t);return le(r.map(i=>({keys:i.key,does:i.name,group:"Events",run:()=>{e.length&&!i.
why&&i.run()}}))),n?null:a(C,{children:r.filter(i=>i.id!=="unsilence"||!i.why).map(i=>a(O,{icon:i.icon,shortcut:i.key,why:i.why,kind:o?"quiet":i.id==="delete"?"\
danger":void 0,onClick:i.run,children:i.name}))})}var Rs=60;function Dr({label:e,help:t,fields:n=!0}){let o=w.value.query.q??"",r=N(null),i=N(void 0),[s,l]=he(o);P(()=>{document.activeElement!==r.current&&l(o)},
[o]);let c=m=>{l(m),clearTimeout(i.current),i.current=setTimeout(()=>Z({q:m}),Rs)},f=()=>{l(""),Z({q:""})};le([{keys:"/",does:"Filter",group:"Everywhere",run:()=>{
r.current?.focus(),r.current?.select()}}]);let u=n?Ie(o).errors:[],p=m=>{m.key==="Escape"&&(s?f():r.current?.blur(),m.stopPropagation()),(m.key==="Enter"||m.key===
"ArrowDown")&&(m.preventDefault(),document.querySelector('[data-list] .row[tabindex="0"]')?.focus())};return a("div",{class:`filter${u.length?" wrong":""}`,children:[
a(A,{name:"search"}),a("input",{ref:r,type:"search","aria-label":e,placeholder:t,value:s,spellcheck:!1,autocomplete:"off","aria-keyshortcuts":"/","aria-invalid":u.
length>0,onInput:m=>c(m.currentTarget.value),onKeyDown:p}),s?a("button",{type:"button",class:"button quiet icon-only","aria-label":"Clear the filter",onClick:f,
children:a(A,{name:"close"})}):a("kbd",{"aria-hidden":"true",children:"/"}),u.length>0&&a("p",{class:"wrong-text",role:"status",children:u.join("; ")})]})}var jt=({
name:e,n:t,icon:n,tone:o,on:r,run:i})=>a("button",{type:"button",class:`chip ${o??""}${t===0?" zero":""}`,"aria-pressed":r,onClick:i,children:[n&&a(A,{name:n}),
e,t!==void 0&&a("b",{children:V(t)})]});function Fr({sorts:e,usual:t}){let n=w.value.query.sort||t;return a("label",{class:"sort",children:[a("span",{children:"\
Sort"}),a("select",{value:n,onChange:o=>Z({sort:o.currentTarget.value===t?"":o.currentTarget.value,order:""},!1),children:e.map(([o,r])=>a("option",{value:o,children:r}))})]})}function jn({rows:e=8}){let t=ur(!0);return a("div",{class:"loading",role:"status","aria-label":"Loading",children:t&&Array.from({length:e},()=>a("div",{class:"\
bone"}))})}function it({icon:e,title:t,children:n}){return a("div",{class:"empty",children:[e&&a(A,{name:e,size:36}),a("h2",{children:t}),n&&a("p",{children:n})]})}
function Kn({error:e,what:t,again:n,ns:o}){return e.status===403?a(Ps,{what:t,ns:o??"",said:e.message}):a("div",{class:"empty failed",role:"alert",children:[a(A,
{name:"failed",size:36}),a("h2",{children:["The ",t," could not be fetched"]}),a("p",{children:e.message}),n&&a(O,{kind:"main",icon:"run",onClick:n,children:"Tr\
y again"})]})}function Ps({what:e,ns:t,said:n}){return a("div",{class:"empty",children:[a(A,{name:"user",size:36}),a("h2",{children:["You may not look at ",e,t&&
` in ${t}`]}),a("p",{children:["Missing: the right to list ",e,". Ask who manages the roles of this picket.",n&&a("span",{class:"muted",children:[" It said: ",n]})]})]})}
function Su({of:e,what:t,ns:n,children:o}){return e.data===void 0&&e.error?a(Kn,{error:e.error,what:t,again:e.again,ns:n}):e.data===void 0?a(jn,{}):a(C,{children:[
e.error&&a("p",{class:"notice bad",role:"alert",children:[a(A,{name:"failed"}),e.error.message," ",a(O,{kind:"quiet",onClick:e.again,children:"Try again"})]}),o(
e.data)]})}function Ir(e,t,n,o,r){let i=N({scope:"\0",order:[],seen:new Map}),s=j(0);s.value;let l=i.current,c=e.map(t);if(!o||l.scope!==r||!l.order.length)return i.current=
{scope:r,order:c,seen:new Map(e.map((p,m)=>[c[m],p]))},{shown:e,pending:0,apply:()=>{}};let f=l.order.map(p=>{let m=n(p);return m?(l.seen.set(p,m),m):{...l.seen.
get(p),gone:!0}}),u=()=>{i.current={scope:"\0",order:[],seen:new Map},s.value++};return{shown:f,pending:Fo(l.order,c),apply:u}}var As=()=>[...L.value.keys].flatMap(e=>y.value.map.get(e)??[]),ue=_(null),Ns=[["severity","worst first"],["since","newest first"],["executed","last result"],["\
entity","machine"],["check","check"]],Os="Filter: words, status:critical, entity:web*, told:no, since:>1h";function Ls(e,t,n,o,r){let i=Ie(t),s=Ie(ot(ot(t,"stat\
us",""),"silenced","")),l=i.terms.some(p=>p.field==="silenced"),c=ye.value,f=[],u=[];for(let p of y.value.map.values())r&&!r(p)||!In(s,p,c)||(f.push(p),!(e&&(!p.
status||Ae(p)&&!l))&&In(i,p,c)&&u.push(p));return{list:Do(u,n,o),filtered:t||r?Ct(f):Ye.value,query:i}}function Ju({problems:e}){lr(e?"Problems":"Events");let{q:t="",
sort:n="severity",order:o=""}=w.value.query,r=ge(()=>Ls(e,t,n,o==="desc"),[e,t,n,o,y.value,Ye.value,/since:/.test(t)&&ye.value]);Ds(r.query,t);let i=y.value;return i.
error&&i.loaded==="no"?a(C,{children:[a("h1",{class:"hidden",children:e?"Problems":"Events"}),a(Kn,{error:i.error,what:"events",ns:w.value.ns,again:()=>{Xe().catch(
()=>{})}})]}):a("div",{class:"list-page",children:[a(Fs,{problems:e,list:r.list}),a("div",{class:"toolbar",children:[a(Is,{problems:e,counts:r.filtered,q:t}),a(
"div",{class:"tools",children:[a(Dr,{label:"Filter events",help:Os}),a(Fr,{sorts:Ns,usual:"severity"})]})]}),a(Ks,{wanted:r.list,scope:`${e}|${w.value.ns}|${t}|${n}\
|${o}`,columns:w.value.ns?Bn:qs,label:e?"Problems":"Events",empty:a(Ws,{problems:e,q:t}),ready:i.loaded==="all"||e&&i.loaded==="problems"})]})}function Ds(e,t){
let n=e.server||(y.value.partial||Y.value)&&t?t:"";P(()=>{let o=setTimeout(()=>{Y.value=n},200);return()=>clearTimeout(o)},[n]),P(()=>()=>{Y.value=""},[])}function Fs({
problems:e,list:t}){let n=Ye.value,o=[2,1,3].filter(l=>$t(n,l)>0),r=t.reduce((l,c)=>Math.max(l,c.since),0),i=t.filter(l=>l.told!=="told").length,s=new Set(t.map(
l=>`${l.ns}/${l.entity}`)).size;return e?a("header",{class:`headline ${o.length?`worst-${z(o[0])}`:"well"}`,children:[a("h1",{children:[a("span",{class:"hidden",
children:"Problems: "}),o.length?o.map((l,c)=>a(C,{children:[c>0&&", ",a("span",{class:`s-${z(l)}`,children:[V($t(n,l))," ",z(l)]})]})):y.value.loaded==="no"?"P\
roblems":"All is well"]}),!o.length&&n.some((l,c)=>c&&l[1])&&a("p",{children:"but for what is silenced"}),t.length>0&&a("p",{children:["on ",ke(s,"machine")," ·\
 newest ",ye.value-r<5?"just now":`${qt(ye.value-r)} ago`,i>0&&a(C,{children:[" · ",a("a",{href:ve({...w.value,query:{...w.value.query,q:ot(w.value.query.q??"",
"told","no")}}),children:["nobody was told about ",V(i)]})]})]})]}):a("header",{class:"headline",children:[a("h1",{children:"Events"}),a("p",{class:"muted",children:"\
Every check on every machine, with its last result."})]})}function Is({problems:e,counts:t,q:n}){let o=qn(n,"status"),r=qn(n,"silenced"),i=f=>()=>{Z({q:f.reduce(
(u,[p,m])=>ot(u,p,m),n)},!1),L.value=B},s=f=>t.reduce((u,p,m)=>u+(e&&!m?0:p[f]),0),l=f=>e?$t(t,f):t[f][0],c=(f,u)=>a(jt,{name:u,icon:["ok","warning","critical",
"unknown"][f],tone:`s-${z(f)}`,n:l(f),on:o===z(f),run:i([["status",o===z(f)?"":z(f)],["silenced",""]])});return a("div",{class:"chips",role:"group","aria-label":"\
Status",children:[a(jt,{name:"All",n:e?s(0)-s(1):s(0),on:!o&&!r,run:i([["status",""],["silenced",""]])}),c(2,"Critical"),c(1,"Warning"),c(3,"Unknown"),!e&&c(0,"\
OK"),a(jt,{name:"Silenced",icon:"silenced",tone:"s-silenced",n:s(1),on:r==="yes",run:i([["silenced",r==="yes"?"":"yes"],["status",""]])})]})}var Bn=[{id:"status",
name:"Status",sort:"severity"},{id:"what",name:"Machine / check",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"ti\
mes",name:"Times"},{id:"told",name:"Told"}],qs=[...Bn.slice(0,2),{id:"ns",name:"Namespace"},...Bn.slice(2)],Hs=e=>e.replace(/[;\s]*\|\s*[^|]*=-?[\d.][^]*$/,"");
function Us(e){let t=a("a",{class:"name",tabIndex:-1,href:pn(e.ns,e.entity,e.check),children:[a("b",{children:a(W,{text:e.entity})}),a("span",{class:"slash",children:"\
 / "}),a(W,{text:e.check})]}),n=[a(kr,{status:e.status,silenced:Ae(e)}),t,a("span",{class:"output",title:Ee(e.output),children:a(W,{text:Hs(e.output)})}),a(wr,{
since:e.since}),a("span",{title:`${e.occurrences} results in a row`,children:[e.occurrences,"×"]}),a("span",{class:"marks",children:[Ae(e)?a("span",{class:"tol\
d t-quiet",children:[a(A,{name:"silenced"}),a("span",{children:"silenced"})]}):e.status||e.told==="told"?a(xr,{told:e.told}):null,(e.flags&X.flapping)!==0&&a(A,
{name:"flap",title:"Flapping: it changes again and again"})]})];return w.value.ns?n:[...n.slice(0,2),a(W,{text:e.ns}),...n.slice(2)]}var js=e=>`edge-${z(e.status)}${Ae(
e)?" silenced":""}${e.gone?" gone":""}`,Wn=e=>e.key,qr=e=>y.value.map.get(e);function Ks({wanted:e,scope:t,columns:n,label:o,empty:r,ready:i}){let s=j(!1),l=Mo(
()=>s.value||L.value.keys.size>0),{shown:c,pending:f,apply:u}=Ir(e,Wn,qr,l.value||Hr(),t),{sort:p="severity",order:m=""}=w.value.query;P(()=>{L.value=B,ue.value=
w.value.query.row??null},[t]),P(()=>{L.value=fr(L.value,g=>y.value.map.has(g))},[y.value]),P(()=>{ue.value&&ue.value!==w.value.query.row&&Hr()&&Z({row:ue.value})},
[ue.value]),le([{keys:".",does:"Show what changed",group:"Lists",run:u},{keys:"Escape",does:"Clear the selection",group:"Lists",run:()=>{L.value.keys.size?L.value=
B:document.activeElement?.blur()}}]);let d=g=>Z(g===p?{order:m?"":"desc"}:{sort:g==="severity"?"":g,order:""},!1),h=As(),k=ue.value?qr(ue.value):void 0;return!i&&
!e.length?a(jn,{}):a("div",{class:"list-box",children:[c.length?a(Mr,{name:n.length>6?"events-all":"events",label:o,items:c,keyOf:Wn,columns:n,cells:Us,describe:g=>`${g.
entity} / ${g.check}`,rowClass:js,open:g=>Tt(pn(g.ns,g.entity,g.check)),focus:ue,selection:L,inUse:s,sort:p,reversed:!!m,onSort:d}):r,f>0&&a("button",{type:"but\
ton",class:"pending",onClick:u,children:[ke(f,"change"),a("span",{class:"muted",children:[" — press ",a("kbd",{children:"."})," to show"]})]}),y.value.partial&&
a("p",{class:"partial",children:[V(y.value.map.size)," of ",V(y.value.matched),": narrow the filter to see the rest"]}),h.length>0?a(Bs,{chosen:h,total:e.length,
keys:e}):a(Un,{hidden:!0,list:k?[k]:[]})]})}var Hr=()=>!!document.activeElement?.closest("[data-list]");function Bs({chosen:e,total:t,keys:n}){return a("div",{class:"\
selection",role:"toolbar","aria-label":"Selected events",children:[a("b",{children:[V(e.length)," selected"]}),e.length<t&&a(O,{kind:"quiet",onClick:()=>{L.value=
et(n.map(Wn))},children:["Select all ",V(t)," that match"]}),a(Un,{list:e,after:()=>{L.value=B}}),a(O,{kind:"quiet",icon:"close",onClick:()=>{L.value=B},children:"\
Clear"})]})}function Ws({problems:e,q:t}){let n=Ye.value,o=n.reduce((l,c)=>l+c[0],0),r=n[0][0],i=n[1][1]+n[2][1]+n[3][1],s=[...y.value.map.values()].reduce((l,c)=>Math.
max(l,c.executed),0);return t?a(it,{icon:"search",title:"Nothing matches",children:a(O,{onClick:()=>Z({q:""},!1),children:"Clear the filter"})}):!o&&Nt.value?.namespaces.
length!==0?a(it,{icon:"entities",title:"No events yet",children:["Start an agent: ",a("code",{children:["picket agent start --backend-url ws://",location.hostname,
":8081"]})]}):e?a(it,{icon:"ok",title:"Nothing is failing",children:[ke(r,"check is","checks are")," well",s>0&&`, last result ${tt(ae.value-s)} ago`,".",i>0&&a(
C,{children:[" ",a("a",{href:ve({...w.value,query:{q:"silenced:yes"}}),children:ke(i,"silenced problem")}),"."]})]}):a(it,{icon:"events",title:"No events",children:[
"None in this namespace that holds up to ",V(bn)," of them."]})}export{C as a,xe as b,zs as c,he as d,P as e,N as f,ge as g,_ as h,F as i,j,li as k,ln as l,ra as m,I as n,Re as o,Ge as p,Ro as q,ie as r,kt as s,Q as t,Je as u,
la as v,ua as w,ca as x,St as y,X as z,gn as A,Ae as B,Pe as C,Do as D,Ct as E,$t as F,yi as G,ve as H,pn as I,ma as J,w as K,ha as L,Tt as M,Z as N,ga as O,ae as P,
ye as Q,xa as R,se as S,Sa as T,Ze as U,y as V,jo as W,Nt as X,Ye as Y,xn as Z,be as _,Rt as $,Sn as aa,Pi as ba,Ca as ca,$a as da,za as ea,le as fa,$n as ga,Gi as ha,
lr as ia,q as ja,rr as ka,ir as la,Cn as ma,Da as na,Ji as oa,dr as pa,Za as qa,Xa as ra,Ya as sa,el as ta,a as ua,A as va,br as wa,tt as xa,qt as ya,rl as za,gr as Aa,
It as Ba,we as Ca,yr as Da,Yi as Ea,Ht as Fa,En as Ga,il as Ha,Fe as Ia,Rn as Ja,ul as Ka,cl as La,fl as Ma,W as Na,ls as Oa,wl as Pa,kl as Qa,wr as Ra,cs as Sa,
fs as Ta,z as Ua,kr as Va,xr as Wa,O as Xa,xl as Ya,Sl as Za,Tl as _a,ke as $a,V as ab,Pn as bb,An as cb,Al as db,Mr as eb,_s as fb,Ie as gb,In as hb,xs as ib,Ts as jb,
Zl as kb,Xl as lb,Ms as mb,Yl as nb,lu as ob,Es as pb,Un as qb,Dr as rb,jt as sb,Fr as tb,jn as ub,it as vb,Kn as wb,Ps as xb,Su as yb,As as zb,Ju as Ab,Ks as Bb};
